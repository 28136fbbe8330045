package twoaccounts;

import io.github.cdkalbprivatelink.AlbToPrivateLinkTargets;
import io.github.cdkalbprivatelink.EndpointServiceAttributes;
import io.github.cdkalbprivatelink.IEndpointService;
import io.github.cdkalbprivatelink.NlbEndpointService;
import io.github.cdkalbprivatelink.PrivateLinkRouteOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/** A public load balancer that routes {@code /} to a service of another account, when its endpoint is accepted there. */
public class HubStack extends Stack {
    private final AlbToPrivateLinkTargets hub;

    /**
     * @param serviceName the name of the service, from the output of the provider's stack
     * @param clientCidr the one address block that may reach the load balancer
     */
    public HubStack(final Construct scope, final String id, final String serviceName, final String clientCidr, final StackProps props) {
        super(scope, id, props);
        Validations.of(this).acknowledge(Acknowledgment.builder()
            .id("CloudFormation-Validate::W3010")
            .reason("Written out so that no look-up is needed")
            .build());

        Vpc vpc = Vpc.Builder.create(this, "Vpc")
            .ipAddresses(IpAddresses.cidr("10.1.0.0/16"))
            .natGateways(0)
            .subnetConfiguration(List.of(
                SubnetConfiguration.builder().name("Public").subnetType(SubnetType.PUBLIC).cidrMask(24).build(),
                SubnetConfiguration.builder().name("Private").subnetType(SubnetType.PRIVATE_ISOLATED).cidrMask(24).build()))
            .build();

        IEndpointService shop = NlbEndpointService.fromEndpointServiceAttributes(this, "Shop",
            EndpointServiceAttributes.builder().endpointServiceName(serviceName).port(80).build());
        hub = AlbToPrivateLinkTargets.Builder.create(this, "Hub")
            .vpc(vpc)
            .internetFacing(true)
            .clients(List.of(Peer.ipv4(clientCidr)))
            .routes(Map.of(
                "shop", PrivateLinkRouteOptions.builder().paths(List.of("/")).service(shop).priority(100).awaitAcceptance(true).build()))
            .build();
        CfnOutput.Builder.create(this, "Url").description("The address of the load balancer").value(hub.getUrl()).build();
    }

    public AlbToPrivateLinkTargets getHub() {
        return hub;
    }

    /** The zones of the stack, written out so that no look-up in the account is needed. */
    @Override
    public List<String> getAvailabilityZones() {
        return List.of("ap-northeast-1a", "ap-northeast-1c");
    }
}
