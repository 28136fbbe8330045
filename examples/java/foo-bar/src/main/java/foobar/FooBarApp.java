package foobar;

import io.github.cdkalbprivatelink.ReachabilityChecks;
import io.github.cdkalbprivatelink.ReachabilityDestination;
import io.github.cdkalbprivatelink.ReachabilitySource;
import io.github.cdkalbprivatelink.ReachabilityStatement;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.Instance;

public final class FooBarApp {
    private FooBarApp() {
    }

    public static void main(final String[] args) {
        App app = new App();
        FooBarStack stack = new FooBarStack(app, "FooBar", StackProps.builder()
            .env(Environment.builder().account(System.getenv("CDK_DEFAULT_ACCOUNT")).region("ap-northeast-1").build())
            .build());

        ReachabilitySource client = ReachabilitySource.workload(stack.getClient());
        List<ReachabilityStatement> forbid = new ArrayList<>();
        forbid.add(ReachabilityStatement.builder()
            .source(ReachabilitySource.internet())
            .destination(ReachabilityDestination.loadBalancer(stack.getWeb()))
            .build());
        for (Instance server : stack.getServers()) {
            forbid.add(ReachabilityStatement.builder().source(client).destination(ReachabilityDestination.workload(server)).build());
        }

        // a dead path fails the synthesis, before anything is deployed
        Validations.of(app).addPlugins(ReachabilityChecks.Builder.create()
            .expect(List.of(ReachabilityStatement.builder()
                .source(client)
                .destination(ReachabilityDestination.name("alb.home"))
                .port(80)
                .build()))
            .forbid(forbid)
            .build());
        app.synth();
    }
}
