package foobar;

import io.github.cdkalbprivatelink.Backend;
import io.github.cdkalbprivatelink.BackendPortOptions;
import io.github.cdkalbprivatelink.InternalAlb;
import io.github.cdkalbprivatelink.VpcPeering;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.ec2.InstanceClass;
import software.amazon.awscdk.services.ec2.InstanceProps;
import software.amazon.awscdk.services.ec2.InstanceSize;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.HttpTokens;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/** Two web servers in VPC foo behind an internal load balancer, and a client in VPC bar that finds it as {@code alb.home}. */
public class FooBarStack extends Stack {
    private static final SubnetSelection PRIVATE = SubnetSelection.builder().subnetType(SubnetType.PRIVATE_ISOLATED).build();

    private static final String UNIT = """
        [Unit]
        Description=Web server
        After=network-online.target
        Wants=network-online.target

        [Service]
        WorkingDirectory=/srv/www
        ExecStart=/usr/bin/python3 -m http.server 8080
        DynamicUser=yes
        Restart=always

        [Install]
        WantedBy=multi-user.target""";

    private final Instance client;
    private final InternalAlb web;
    private final List<Instance> servers = new ArrayList<>();

    public FooBarStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);
        Validations.of(this).acknowledge(Acknowledgment.builder()
            .id("CloudFormation-Validate::W3010")
            .reason("The zones are those of the Region, written out")
            .build());

        Vpc foo = vpc("Foo", "10.2.0.0/16");
        Vpc bar = vpc("Bar", "10.3.0.0/16");

        for (ISubnet subnet : foo.getIsolatedSubnets()) {
            servers.add(webServer("web" + (servers.size() + 1), foo, subnet));
        }
        client = instance("client", InstanceProps.builder().vpc(bar).vpcSubnets(in(bar.getIsolatedSubnets().get(0))));
        client.getConnections().allowTo(Peer.ipv4(foo.getVpcCidrBlock()), Port.tcp(80), "The load balancer");

        web = InternalAlb.Builder.create(this, "Web")
            .vpc(foo)
            .backend(Backend.instances(servers, BackendPortOptions.builder().port(8080).build()))
            .clients(List.of(Peer.ipv4(bar.getVpcCidrBlock())))
            .domainNames(List.of("alb.home"))
            .domainVpcs(List.of(bar))
            .build();
        VpcPeering.Builder.create(this, "FooBar").vpc(foo).peerVpc(bar).vpcSubnets(PRIVATE).peerVpcSubnets(PRIVATE).build();

        Instance fooBastion = bastion("foo-bastion", foo, servers);
        Instance barBastion = bastion("bar-bastion", bar, List.of(client));

        Tags.of(web.getLoadBalancer()).add("Name", "foo-internal-alb");
        output("Url", "Where clients find the web servers", web.getUrl());
        output("AlbDnsName", "The DNS name of the ALB", web.getLoadBalancer().getLoadBalancerDnsName());
        output("ClientId", "The client in VPC bar", client.getInstanceId());
        output("ClientAddress", "The private address of the client", client.getInstancePrivateIp());
        output("FooBastionId", "The bastion in VPC foo", fooBastion.getInstanceId());
        output("BarBastionId", "The bastion in VPC bar", barBastion.getInstanceId());
    }

    /** Who asks, in VPC bar. */
    public Instance getClient() {
        return client;
    }

    /** The load balancer in VPC foo. */
    public InternalAlb getWeb() {
        return web;
    }

    /** Who answers, in VPC foo. */
    public List<Instance> getServers() {
        return List.copyOf(servers);
    }

    /** The zones of the stack, written out so that no look-up in the account is needed. */
    @Override
    public List<String> getAvailabilityZones() {
        return List.of("ap-northeast-1a", "ap-northeast-1c");
    }

    private Vpc vpc(final String id, final String cidr) {
        return Vpc.Builder.create(this, id)
            .vpcName(id.toLowerCase(Locale.ROOT))
            .ipAddresses(IpAddresses.cidr(cidr))
            .natGateways(0)
            .subnetConfiguration(List.of(
                // two halves of x.x.0.0/24, so that the private subnets are x.x.1.0/24 and x.x.2.0/24
                SubnetConfiguration.builder().name("Public").subnetType(SubnetType.PUBLIC).cidrMask(25).build(),
                SubnetConfiguration.builder().name("Private").subnetType(SubnetType.PRIVATE_ISOLATED).cidrMask(24).build()))
            .build();
    }

    /** Serves one page on port 8080 with the Python that Amazon Linux brings. */
    private Instance webServer(final String name, final Vpc vpc, final ISubnet subnet) {
        UserData userData = UserData.forLinux();
        userData.addCommands(
            "mkdir -p /srv/www",
            "cat > /srv/www/index.html <<'EOF'\n" + page("Welcom to " + name) + "\nEOF",
            "cat > /etc/systemd/system/www.service <<'EOF'\n" + UNIT + "\nEOF",
            "systemctl enable --now www");
        return instance(name, InstanceProps.builder().vpc(vpc).vpcSubnets(in(subnet)).userData(userData));
    }

    /** Session Manager leads to it, without an open port, and it leads to the instances in the private subnets. */
    private Instance bastion(final String name, final Vpc vpc, final List<Instance> instances) {
        Instance bastion = instance(name, InstanceProps.builder().vpc(vpc).vpcSubnets(in(vpc.getPublicSubnets().get(0))).ssmSessionPermissions(true));
        bastion.getConnections().allowTo(Peer.anyIpv4(), Port.tcp(443), "Session Manager");
        // it asks for its sessions through the internet gateway
        bastion.getNode().addDependency(vpc.getPublicSubnets().get(0).getInternetConnectivityEstablished());
        for (Instance instance : instances) {
            bastion.getConnections().allowTo(instance, Port.tcp(22), "SSH from the bastion");
        }
        return bastion;
    }

    private Instance instance(final String name, final InstanceProps.Builder props) {
        Instance instance = new Instance(this, name, props
            .instanceType(InstanceType.of(InstanceClass.T3, InstanceSize.MICRO))
            .machineImage(MachineImage.latestAmazonLinux2023())
            .allowAllOutbound(false)
            .httpTokens(HttpTokens.REQUIRED)
            .build());
        Tags.of(instance).add("Name", name);
        return instance;
    }

    private void output(final String name, final String description, final String value) {
        CfnOutput.Builder.create(this, name).description(description).value(value).build();
    }

    private static SubnetSelection in(final ISubnet subnet) {
        return SubnetSelection.builder().subnets(List.of(subnet)).build();
    }

    private static String page(final String title) {
        return """
            <html>
              <head>
                <title>%s</title>
              </head>
              <body>
                Hello World
              </body>
            </html>""".formatted(title);
    }
}
