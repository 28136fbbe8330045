package library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdkalbprivatelink.Backend;
import io.github.cdkalbprivatelink.BackendConfig;
import io.github.cdkalbprivatelink.InternalAlb;
import io.github.cdkalbprivatelink.NlbEndpointService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;
import software.amazon.awscdk.services.elasticloadbalancingv2.Protocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.TargetType;
import software.amazon.awscdk.services.elasticloadbalancingv2.targets.IpTarget;
import software.constructs.Construct;

@DisplayName("A backend written in Java")
class BackendTest {
    /** Two machines that the CDK has no construct for. */
    private static final class Machines extends Backend {
        private final SecurityGroup group;
        private Construct boundIn;

        Machines(final SecurityGroup group) {
            this.group = group;
        }

        @Override
        public BackendConfig bind(final Construct scope) {
            boundIn = scope;
            List<IpTarget> targets = List.of(new IpTarget("10.0.2.9"), new IpTarget("10.0.3.9"));
            return BackendConfig.builder()
                .targetType(TargetType.IP)
                .port(9000)
                .connectables(List.of(group))
                .applicationTargets(targets)
                .networkTargets(targets)
                .healthCheck(HealthCheck.builder().protocol(Protocol.HTTP).path("/alive").build())
                .build();
        }
    }

    private static final class Failing extends Backend {
        @Override
        public BackendConfig bind(final Construct scope) {
            throw new IllegalStateException("the inventory of machines is not there");
        }
    }

    private final Stack stack = Stacks.stack();
    private final Vpc vpc = Stacks.vpc(stack);
    private final SecurityGroup group = SecurityGroup.Builder.create(stack, "Group").vpc(vpc).allowAllOutbound(false).build();

    @Test
    @DisplayName("is what an InternalAlb sends requests to")
    void behindAnInternalAlb() {
        InternalAlb.Builder.create(stack, "Web").vpc(vpc).backend(new Machines(group)).build();
        Map<String, Object> targetGroup = Stacks.propertiesOf(stack, "AWS::ElasticLoadBalancingV2::TargetGroup").get(0);
        assertEquals("ip", targetGroup.get("TargetType"));
        assertEquals(9000, targetGroup.get("Port"));
        assertEquals("HTTP", targetGroup.get("Protocol"));
        assertEquals("/alive", targetGroup.get("HealthCheckPath"));
        assertEquals(List.of(Map.of("Id", "10.0.2.9"), Map.of("Id", "10.0.3.9")), targetGroup.get("Targets"));
    }

    @Test
    @DisplayName("is what an NlbEndpointService publishes")
    void behindAnEndpointService() {
        NlbEndpointService.Builder.create(stack, "Service").vpc(vpc).backend(new Machines(group)).build();
        Map<String, Object> targetGroup = Stacks.propertiesOf(stack, "AWS::ElasticLoadBalancingV2::TargetGroup").get(0);
        assertEquals("TCP", targetGroup.get("Protocol"));
        assertEquals(List.of(Map.of("Id", "10.0.2.9"), Map.of("Id", "10.0.3.9")), targetGroup.get("Targets"));
    }

    @Test
    @DisplayName("has its security group opened for the load balancer, on its port")
    void opensItsSecurityGroup() {
        InternalAlb.Builder.create(stack, "Web").vpc(vpc).backend(new Machines(group)).build();
        List<Map<String, Object>> rules = Stacks.propertiesOf(stack, "AWS::EC2::SecurityGroupIngress");
        assertEquals(1, rules.size());
        assertEquals(9000, rules.get(0).get("FromPort"));
        assertEquals(9000, rules.get(0).get("ToPort"));
    }

    @Test
    @DisplayName("is told the construct that binds it")
    void isToldItsScope() {
        Machines machines = new Machines(group);
        InternalAlb.Builder.create(stack, "Web").vpc(vpc).backend(machines).build();
        assertTrue(machines.boundIn.getNode().getPath().startsWith("Stack/Web"), machines.boundIn.getNode().getPath());
    }

    @Test
    @DisplayName("fails the synthesis with the words of its own exception")
    void keepsTheWordsOfItsException() {
        InternalAlb.Builder builder = InternalAlb.Builder.create(stack, "Web").vpc(vpc).backend(new Failing());
        RuntimeException thrown = assertThrows(RuntimeException.class, builder::build);
        assertTrue(thrown.getMessage().contains("the inventory of machines is not there"), thrown.getMessage());
    }
}
