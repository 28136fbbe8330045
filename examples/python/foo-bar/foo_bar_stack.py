from collections.abc import Sequence

from aws_cdk import Acknowledgment, CfnOutput, Environment, Stack, Tags, Validations
from aws_cdk import aws_ec2 as ec2
from cdk_alb_privatelink import Backend, InternalAlb, VpcPeering
from constructs import Construct

PRIVATE = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)

PAGE = """\
<html>
  <head>
    <title>{title}</title>
  </head>
  <body>
    Hello World
  </body>
</html>"""

UNIT = """\
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
WantedBy=multi-user.target"""


class FooBarStack(Stack):
    """Two web servers in VPC foo behind an internal load balancer, and a client in VPC bar that finds it as `alb.home`.

    Attributes:
        client: Who asks, in VPC bar.
        web: The load balancer in VPC foo.
        servers: Who answers, in VPC foo.
    """

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        Validations.of(self).acknowledge(
            Acknowledgment(id="CloudFormation-Validate::W3010", reason="The zones are those of the Region, written out")
        )

        foo = self._vpc("Foo", "10.2.0.0/16")
        bar = self._vpc("Bar", "10.3.0.0/16")

        self.servers = [
            self._web_server(f"web{number}", foo, subnet) for number, subnet in enumerate(foo.isolated_subnets, start=1)
        ]
        self.client = self._instance("client", vpc=bar, subnet=bar.isolated_subnets[0])
        self.client.connections.allow_to(ec2.Peer.ipv4(foo.vpc_cidr_block), ec2.Port.tcp(80), "The load balancer")

        self.web = InternalAlb(
            self,
            "Web",
            vpc=foo,
            backend=Backend.instances(self.servers, port=8080),
            clients=[ec2.Peer.ipv4(bar.vpc_cidr_block)],
            domain_names=["alb.home"],
            domain_vpcs=[bar],
        )
        VpcPeering(self, "FooBar", vpc=foo, peer_vpc=bar, vpc_subnets=PRIVATE, peer_vpc_subnets=PRIVATE)

        foo_bastion = self._bastion("foo-bastion", foo, self.servers)
        bar_bastion = self._bastion("bar-bastion", bar, [self.client])

        Tags.of(self.web.load_balancer).add("Name", "foo-internal-alb")
        outputs = {
            "Url": ("Where clients find the web servers", self.web.url),
            "AlbDnsName": ("The DNS name of the ALB", self.web.load_balancer.load_balancer_dns_name),
            "ClientId": ("The client in VPC bar", self.client.instance_id),
            "ClientAddress": ("The private address of the client", self.client.instance_private_ip),
            "FooBastionId": ("The bastion in VPC foo", foo_bastion.instance_id),
            "BarBastionId": ("The bastion in VPC bar", bar_bastion.instance_id),
        }
        for name, (description, value) in outputs.items():
            CfnOutput(self, name, description=description, value=value)

    @property
    def availability_zones(self) -> list[str]:
        """The zones of the stack, written out so that no look-up in the account is needed."""
        return ["ap-northeast-1a", "ap-northeast-1c"]

    def _vpc(self, construct_id: str, cidr: str) -> ec2.Vpc:
        return ec2.Vpc(
            self,
            construct_id,
            vpc_name=construct_id.lower(),
            ip_addresses=ec2.IpAddresses.cidr(cidr),
            nat_gateways=0,
            subnet_configuration=[
                # two halves of x.x.0.0/24, so that the private subnets are x.x.1.0/24 and x.x.2.0/24
                ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=25),
                ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
            ],
        )

    def _web_server(self, name: str, vpc: ec2.Vpc, subnet: ec2.ISubnet) -> ec2.Instance:
        """Serves one page on port 8080 with the Python that Amazon Linux brings."""
        page = PAGE.format(title=f"Welcom to {name}")
        user_data = ec2.UserData.for_linux()
        user_data.add_commands(
            "mkdir -p /srv/www",
            f"cat > /srv/www/index.html <<'EOF'\n{page}\nEOF",
            f"cat > /etc/systemd/system/www.service <<'EOF'\n{UNIT}\nEOF",
            "systemctl enable --now www",
        )
        return self._instance(name, vpc=vpc, subnet=subnet, user_data=user_data)

    def _bastion(self, name: str, vpc: ec2.Vpc, instances: Sequence[ec2.Instance]) -> ec2.Instance:
        """Session Manager leads to it, without an open port, and it leads to the instances in the private subnets."""
        public_subnet = vpc.public_subnets[0]
        bastion = self._instance(name, vpc=vpc, subnet=public_subnet, ssm_session_permissions=True)
        bastion.connections.allow_to(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "Session Manager")
        # it asks for its sessions through the internet gateway
        bastion.node.add_dependency(public_subnet.internet_connectivity_established)
        for instance in instances:
            bastion.connections.allow_to(instance, ec2.Port.tcp(22), "SSH from the bastion")
        return bastion

    def _instance(
        self,
        name: str,
        *,
        vpc: ec2.Vpc,
        subnet: ec2.ISubnet,
        user_data: ec2.UserData | None = None,
        ssm_session_permissions: bool | None = None,
    ) -> ec2.Instance:
        instance = ec2.Instance(
            self,
            name,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=[subnet]),
            instance_type=ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
            machine_image=ec2.MachineImage.latest_amazon_linux2023(),
            user_data=user_data,
            allow_all_outbound=False,
            http_tokens=ec2.HttpTokens.REQUIRED,
            ssm_session_permissions=ssm_session_permissions,
        )
        Tags.of(instance).add("Name", name)
        return instance
