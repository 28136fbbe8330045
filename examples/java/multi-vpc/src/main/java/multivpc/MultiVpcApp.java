package multivpc;

import io.github.cdkalbprivatelink.ReachabilityChecks;
import io.github.cdkalbprivatelink.ReachabilityDestination;
import io.github.cdkalbprivatelink.ReachabilitySource;
import io.github.cdkalbprivatelink.ReachabilityStatement;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;

public final class MultiVpcApp {
    private MultiVpcApp() {
    }

    public static void main(final String[] args) {
        App app = new App();
        String clientCidr = (String) app.getNode().tryGetContext("clientCidr");
        if (clientCidr == null) {
            throw new IllegalArgumentException(
                "Say who may reach the load balancer: cdk deploy -c clientCidr=203.0.113.7/32, with your own address");
        }
        MultiVpcStack stack = new MultiVpcStack(app, "MultiVpc", clientCidr, StackProps.builder()
            .env(Environment.builder().account(System.getenv("CDK_DEFAULT_ACCOUNT")).region("ap-northeast-1").build())
            .build());

        List<ReachabilityStatement> expect = stack.getServices().stream()
            .map(service -> (ReachabilityStatement) ReachabilityStatement.builder()
                .source(ReachabilitySource.cidr(clientCidr))
                .destination(ReachabilityDestination.endpointService(service))
                .port(80)
                .build())
            .toList();

        // a dead path fails the synthesis, before anything is deployed
        Validations.of(app).addPlugins(ReachabilityChecks.Builder.create().expect(expect).build());
        app.synth();
    }
}
