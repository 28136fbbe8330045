package multivpc;

import io.github.cdkalbprivatelink.AlbToPrivateLinkTargets;
import io.github.cdkalbprivatelink.Backend;
import io.github.cdkalbprivatelink.BackendPortOptions;
import io.github.cdkalbprivatelink.NlbEndpointService;
import io.github.cdkalbprivatelink.PrivateLinkRouteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.TagProps;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.HttpTokens;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.ec2.InstanceClass;
import software.amazon.awscdk.services.ec2.InstanceSize;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.elasticloadbalancingv2.FixedResponseOptions;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerAction;
import software.constructs.Construct;

/** One public load balancer in VPC 1 that routes {@code /vpc2} and {@code /vpc3} to web servers in two other VPCs. */
public class MultiVpcStack extends Stack {
    private final List<NlbEndpointService> services;

    /**
     * @param clientCidr the one address block that may reach the load balancer
     */
    public MultiVpcStack(final Construct scope, final String id, final String clientCidr, final StackProps props) {
        super(scope, id, props);
        Validations.of(this).acknowledge(Acknowledgment.builder()
            .id("CloudFormation-Validate::W3010")
            .reason("The zones are those of the article")
            .build());

        Vpc vpc1 = vpc("Vpc1", "vpc-1-alb", "10.1.0.0/16");
        Vpc vpc2 = vpc("Vpc2", "vpc-2-nlb", "10.2.0.0/16");
        Vpc vpc3 = vpc("Vpc3", "vpc-3-nlb", "10.3.0.0/16");

        NlbEndpointService service2 = webService(2, vpc2);
        NlbEndpointService service3 = webService(3, vpc3);
        services = List.of(service2, service3);

        AlbToPrivateLinkTargets hub = AlbToPrivateLinkTargets.Builder.create(this, "Hub")
            .vpc(vpc1)
            .internetFacing(true)
            .clients(List.of(Peer.ipv4(clientCidr)))
            .routes(Map.of(
                "vpc2", PrivateLinkRouteOptions.builder().paths(List.of("/vpc2")).service(service2).priority(100).build(),
                "vpc3", PrivateLinkRouteOptions.builder().paths(List.of("/vpc3")).service(service3).priority(200).build()))
            .defaultAction(ListenerAction.fixedResponse(200,
                FixedResponseOptions.builder().contentType("text/plain").messageBody("Default route").build()))
            .build();

        Tags.of(hub.getLoadBalancer()).add("Name", "main-alb");
        Tags.of(hub.getConnections().getSecurityGroups().get(0)).add("Name", "alb-sg");
        hub.getRoutes().forEach((id_, route) -> {
            Tags.of(route.getEndpoint()).add("Name", "nlb-endpoint-to-" + id_);
            Tags.of(route.getEndpoint().getConnections().getSecurityGroups().get(0)).add("Name", "vpc-endpoint-sg");
            Tags.of(route.getTargetGroup()).add("Name", id_ + "-target-group");
        });

        output("AlbDnsName", "The DNS name of the ALB", hub.getLoadBalancer().getLoadBalancerDnsName());
        output("Vpc1Id", "VPC1 ID", vpc1.getVpcId());
        output("Vpc2Id", "VPC2 ID", vpc2.getVpcId());
        output("Vpc3Id", "VPC3 ID", vpc3.getVpcId());
        output("Nlb1DnsName", "The DNS name of the NLB in VPC2", service2.getLoadBalancer().getLoadBalancerDnsName());
        output("Nlb2DnsName", "The DNS name of the NLB in VPC3", service3.getLoadBalancer().getLoadBalancerDnsName());
        output("VpcEndpointService1Name", "VPC Endpoint Service Name for VPC2", service2.getEndpointServiceName());
        output("VpcEndpointService2Name", "VPC Endpoint Service Name for VPC3", service3.getEndpointServiceName());
    }

    /** What the teams in VPC 2 and VPC 3 publish. */
    public List<NlbEndpointService> getServices() {
        return services;
    }

    /** The zones of the stack, written out so that no look-up in the account is needed. */
    @Override
    public List<String> getAvailabilityZones() {
        return List.of("ap-northeast-1a", "ap-northeast-1c");
    }

    private Vpc vpc(final String id, final String vpcName, final String cidr) {
        return Vpc.Builder.create(this, id)
            .vpcName(vpcName)
            .ipAddresses(IpAddresses.cidr(cidr))
            .natGateways(0)
            .subnetConfiguration(List.of(
                SubnetConfiguration.builder().name("Public").subnetType(SubnetType.PUBLIC).cidrMask(24).build(),
                SubnetConfiguration.builder().name("Private").subnetType(SubnetType.PRIVATE_ISOLATED).cidrMask(24).build()))
            // the package repositories of Amazon Linux are in S3
            .gatewayEndpoints(Map.of("S3", GatewayVpcEndpointOptions.builder().service(GatewayVpcEndpointAwsService.S3).build()))
            .build();
    }

    /** Two web servers, one in each private subnet, published as an endpoint service. */
    private NlbEndpointService webService(final int number, final Vpc vpc) {
        SecurityGroup securityGroup = SecurityGroup.Builder.create(this, "WebSecurityGroup" + number)
            .vpc(vpc)
            .description("Web servers in VPC" + number)
            .build();
        Tags.of(securityGroup).add("Name", "web-sg-vpc" + number);

        List<Instance> instances = new ArrayList<>();
        for (ISubnet subnet : vpc.getIsolatedSubnets()) {
            instances.add(webServer(number, instances.size() + 1, vpc, subnet, securityGroup));
        }

        NlbEndpointService service = NlbEndpointService.Builder.create(this, "Service" + number)
            .vpc(vpc)
            .backend(Backend.instances(instances, BackendPortOptions.builder().port(80).build()))
            .build();
        Tags.of(service).add("Name", "nlb-endpoint-service-vpc" + number, only("AWS::EC2::VPCEndpointService"));
        Tags.of(service.getLoadBalancer()).add("Name", "nlb-vpc-" + number);
        Tags.of(service.getTargetGroup()).add("Name", "web-tg-vpc-" + number);
        return service;
    }

    private Instance webServer(final int vpcNumber, final int number, final Vpc vpc, final ISubnet subnet, final SecurityGroup securityGroup) {
        UserData userData = UserData.forLinux();
        userData.addCommands(
            "dnf update -y",
            "dnf install -y httpd",
            // longer than the load balancer's idle timeout of 60 s
            "echo \"KeepAliveTimeout 75\" > /etc/httpd/conf.d/keepalive.conf",
            "echo \"<h1>This is a web server in VPC%d - Instance %d</h1>\" > /var/www/html/index.html".formatted(vpcNumber, number),
            "mkdir -p /var/www/html/vpc%d".formatted(vpcNumber),
            "echo \"<h1>VPC%d Path - Instance %d</h1>\" > /var/www/html/vpc%d/index.html".formatted(vpcNumber, number, vpcNumber),
            "systemctl enable --now httpd");
        Instance instance = Instance.Builder.create(this, "Web%d%d".formatted(vpcNumber, number))
            .vpc(vpc)
            .vpcSubnets(SubnetSelection.builder().subnets(List.of(subnet)).build())
            .securityGroup(securityGroup)
            .instanceType(InstanceType.of(InstanceClass.T3, InstanceSize.MICRO))
            .machineImage(MachineImage.latestAmazonLinux2023())
            .userData(userData)
            .httpTokens(HttpTokens.REQUIRED)
            .build();
        // the packages come through the gateway endpoint, and user data runs once
        instance.getNode().addDependency(vpc);
        Tags.of(instance).add("Name", "web-vpc%d-%d".formatted(vpcNumber, number), only("AWS::EC2::Instance"));
        return instance;
    }

    private void output(final String name, final String description, final String value) {
        CfnOutput.Builder.create(this, name).description(description).value(value).build();
    }

    private static TagProps only(final String resourceType) {
        return TagProps.builder().includeResourceTypes(List.of(resourceType)).build();
    }
}
