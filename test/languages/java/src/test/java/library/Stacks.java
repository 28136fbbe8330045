package library;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.services.ec2.Vpc;

/** What the tests have in common: a stack, a VPC, and a look into the template. */
final class Stacks {
    private Stacks() {
    }

    static Stack stack() {
        return new Stack(new App(AppProps.builder().analyticsReporting(false).build()), "Stack");
    }

    static Vpc vpc(final Stack stack) {
        return Vpc.Builder.create(stack, "Vpc").maxAzs(2).natGateways(0).build();
    }

    /** The properties of all resources of a type, in the order of the template. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> propertiesOf(final Stack stack, final String type) {
        return Template.fromStack(stack).findResources(type).values().stream()
            .map(resource -> (Map<String, Object>) resource.get("Properties"))
            .collect(Collectors.toList());
    }
}
