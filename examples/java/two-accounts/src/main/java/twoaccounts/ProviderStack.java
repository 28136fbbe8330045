package twoaccounts;

import io.github.cdkalbprivatelink.Backend;
import io.github.cdkalbprivatelink.BackendPortOptions;
import io.github.cdkalbprivatelink.NlbEndpointService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
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
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.constructs.Construct;

/** Two web servers, published to one other account. */
public class ProviderStack extends Stack {
    /**
     * @param hubAccount the account whose endpoints are accepted
     */
    public ProviderStack(final Construct scope, final String id, final String hubAccount, final StackProps props) {
        super(scope, id, props);
        Validations.of(this).acknowledge(Acknowledgment.builder()
            .id("CloudFormation-Validate::W3010")
            .reason("Written out so that no look-up is needed")
            .build());

        Vpc vpc = Vpc.Builder.create(this, "Vpc")
            .ipAddresses(IpAddresses.cidr("10.2.0.0/16"))
            .natGateways(0)
            .subnetConfiguration(List.of(
                SubnetConfiguration.builder().name("Private").subnetType(SubnetType.PRIVATE_ISOLATED).cidrMask(24).build()))
            // the package repositories of Amazon Linux are in S3
            .gatewayEndpoints(Map.of("S3", GatewayVpcEndpointOptions.builder().service(GatewayVpcEndpointAwsService.S3).build()))
            .build();

        NlbEndpointService service = NlbEndpointService.Builder.create(this, "Shop")
            .vpc(vpc)
            .backend(Backend.instances(webServers(vpc), BackendPortOptions.builder().port(80).build()))
            .allowedPrincipals(List.of(new AccountPrincipal(hubAccount)))
            .acceptanceRequired(true)
            .acceptedAccounts(List.of(hubAccount))
            .build();
        CfnOutput.Builder.create(this, "ServiceName")
            .description("What the hub takes as serviceName")
            .value(service.getEndpointServiceName())
            .build();
    }

    /** All zones of the Region: whichever the other account calls a and c, the service is there. */
    @Override
    public List<String> getAvailabilityZones() {
        return List.of("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d");
    }

    private List<Instance> webServers(final Vpc vpc) {
        SecurityGroup securityGroup = SecurityGroup.Builder.create(this, "WebSecurityGroup").vpc(vpc).description("Web servers").build();
        List<Instance> instances = new ArrayList<>();
        for (ISubnet subnet : vpc.getIsolatedSubnets().subList(0, 2)) {
            instances.add(webServer(instances.size() + 1, vpc, subnet, securityGroup));
        }
        return instances;
    }

    private Instance webServer(final int number, final Vpc vpc, final ISubnet subnet, final SecurityGroup securityGroup) {
        UserData userData = UserData.forLinux();
        userData.addCommands(
            "dnf install -y httpd",
            // longer than the load balancer's idle timeout of 60 s
            "echo \"KeepAliveTimeout 75\" > /etc/httpd/conf.d/keepalive.conf",
            "echo \"<h1>Shop - Instance %d</h1>\" > /var/www/html/index.html".formatted(number),
            "systemctl enable --now httpd");
        Instance instance = Instance.Builder.create(this, "Web" + number)
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
        return instance;
    }
}
