package twoaccounts;

import io.github.cdkalbprivatelink.ReachabilityChecks;
import io.github.cdkalbprivatelink.ReachabilityDestination;
import io.github.cdkalbprivatelink.ReachabilitySource;
import io.github.cdkalbprivatelink.ReachabilityStatement;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;

public final class TwoAccountsApp {
    private static final String REGION = "ap-northeast-1";

    private TwoAccountsApp() {
    }

    public static void main(final String[] args) {
        App app = new App();
        String hubAccount = setting(app, "hubAccount");
        String clientCidr = setting(app, "clientCidr");
        new ProviderStack(app, "Provider", hubAccount, in(setting(app, "providerAccount")));
        HubStack stack = new HubStack(app, "Hub", setting(app, "serviceName"), clientCidr, in(hubAccount));

        // a dead path fails the synthesis, before anything is deployed; what lies in the other account is not known here
        Validations.of(app).addPlugins(ReachabilityChecks.Builder.create()
            .expect(List.of(ReachabilityStatement.builder()
                .source(ReachabilitySource.cidr(clientCidr))
                .destination(ReachabilityDestination.loadBalancer(stack.getHub().getLoadBalancer()))
                .port(80)
                .build()))
            .build());
        app.synth();
    }

    /** What differs from user to user. */
    private static String setting(final App app, final String name) {
        String value = (String) app.getNode().tryGetContext(name);
        if (value == null) {
            throw new IllegalArgumentException("Set '%s' in cdk.json, or with -c %s=…".formatted(name, name));
        }
        return value;
    }

    private static StackProps in(final String account) {
        return StackProps.builder().env(Environment.builder().account(account).region(REGION).build()).build();
    }
}
