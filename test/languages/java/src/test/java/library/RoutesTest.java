package library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdkalbprivatelink.AlbToPrivateLinkTargets;
import io.github.cdkalbprivatelink.EndpointServiceAttributes;
import io.github.cdkalbprivatelink.IEndpointService;
import io.github.cdkalbprivatelink.NlbEndpointService;
import io.github.cdkalbprivatelink.PrivateLinkRoute;
import io.github.cdkalbprivatelink.PrivateLinkRouteOptions;
import io.github.cdkalbprivatelink.PrivateLinkRoutePart;
import io.github.cdkalbprivatelink.PrivateLinkRouteSplit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Vpc;

@DisplayName("The routes of a hub")
class RoutesTest {
    private final Stack stack = Stacks.stack();
    private final Vpc vpc = Stacks.vpc(stack);

    private static PrivateLinkRouteOptions route(final Stack stack, final String id, final int priority) {
        IEndpointService service = NlbEndpointService.fromEndpointServiceAttributes(stack, "Service" + id, EndpointServiceAttributes.builder()
            .endpointServiceName("com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcde" + priority)
            .port(80)
            .build());
        return PrivateLinkRouteOptions.builder().paths(List.of("/" + id)).service(service).priority(priority).build();
    }

    private AlbToPrivateLinkTargets hub(final Map<String, PrivateLinkRouteOptions> routes) {
        return AlbToPrivateLinkTargets.Builder.create(stack, "Hub").vpc(vpc).routes(routes).build();
    }

    @Test
    @DisplayName("are passed as a map, and got as a map with the same keys")
    void passedAndGot() {
        Map<String, PrivateLinkRouteOptions> given = Map.of(
            "vpc2", route(stack, "vpc2", 1), "my-route", route(stack, "my-route", 2), "camelCase", route(stack, "camelCase", 3));
        Map<String, PrivateLinkRoute> routes = hub(given).getRoutes();
        assertEquals(Set.of("vpc2", "my-route", "camelCase"), routes.keySet());
        for (PrivateLinkRoute route : routes.values()) {
            assertNotNull(route.getEndpoint().getVpcEndpointId());
            assertNotNull(route.getTargetGroup().getTargetGroupArn());
        }
    }

    @Test
    @DisplayName("make the same template in whatever order the map has them")
    void inAnyOrder() {
        List<String> templates = new ArrayList<>();
        for (List<String> order : List.of(List.of("vpc2", "vpc3", "vpc4"), List.of("vpc4", "vpc2", "vpc3"))) {
            Stack other = Stacks.stack();
            Map<String, PrivateLinkRouteOptions> routes = new LinkedHashMap<>();
            // the services in one order: only that of the routes differs
            Map<String, PrivateLinkRouteOptions> options = new LinkedHashMap<>();
            List.of("vpc2", "vpc3", "vpc4").forEach(id -> options.put(id, route(other, id, Integer.parseInt(id.substring(3)))));
            order.forEach(id -> routes.put(id, options.get(id)));
            AlbToPrivateLinkTargets.Builder.create(other, "Hub").vpc(Stacks.vpc(other)).routes(routes).build();
            templates.add(Template.fromStack(other).toJSON().toString());
        }
        assertTrue(templates.get(0).equals(templates.get(1)), "the templates differ");
    }

    @Test
    @DisplayName("can be added one by one")
    void addedOneByOne() {
        AlbToPrivateLinkTargets hub = hub(Map.of());
        PrivateLinkRoute added = hub.addRoute("vpc2", route(stack, "vpc2", 100));
        assertEquals(Set.of("vpc2"), hub.getRoutes().keySet());
        assertNotNull(added.getRule().getListenerRuleArn());
    }

    @Test
    @DisplayName("are divided by weight")
    void dividedByWeight() {
        List<PrivateLinkRouteSplit> split = new ArrayList<>();
        List.of(90, 10).forEach(weight -> split.add(PrivateLinkRouteSplit.builder()
            .service(NlbEndpointService.fromEndpointServiceAttributes(stack, "Service" + weight, EndpointServiceAttributes.builder()
                .endpointServiceName("com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcde" + weight)
                .build()))
            .weight(weight)
            .build()));
        PrivateLinkRoute route = hub(Map.of()).addRoute("shop", PrivateLinkRouteOptions.builder().paths(List.of("/shop")).priority(100).split(split).build());
        assertEquals(List.of(90, 10), route.getParts().stream().map(PrivateLinkRoutePart::getWeight).map(Number::intValue).toList());
        String actions = Stacks.propertiesOf(stack, "AWS::ElasticLoadBalancingV2::ListenerRule").get(0).get("Actions").toString();
        assertTrue(actions.contains("Weight=90") && actions.contains("Weight=10"), actions);
    }

    @Test
    @DisplayName("lead to services that the CDK's own endpoints take too")
    void servicesForPlainEndpoints() {
        NlbEndpointService service = NlbEndpointService.Builder.create(stack, "Own").vpc(vpc)
            .backend(io.github.cdkalbprivatelink.Backend.ipAddresses(List.of("10.0.2.9"),
                io.github.cdkalbprivatelink.IpAddressesBackendOptions.builder().port(80).build()))
            .build();
        InterfaceVpcEndpoint endpoint = vpc.addInterfaceEndpoint("Plain", InterfaceVpcEndpointOptions.builder().service(service).build());
        assertNotNull(endpoint.getVpcEndpointId());
        List<Map<String, Object>> endpoints = Stacks.propertiesOf(stack, "AWS::EC2::VPCEndpoint");
        assertEquals(1, endpoints.size());
        assertTrue(endpoints.get(0).get("ServiceName").toString().contains("OwnEndpointService"), endpoints.toString());
    }
}
