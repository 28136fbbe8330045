from aws_cdk import Acknowledgment, CfnOutput, Environment, Stack, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from cdk_alb_privatelink import Backend, NlbEndpointService
from constructs import Construct


class ProviderStack(Stack):
    """Two web servers, published to one other account."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, hub_account: str) -> None:
        """`hub_account` is the account whose endpoints are accepted."""
        super().__init__(scope, construct_id, env=env)
        Validations.of(self).acknowledge(
            Acknowledgment(id="CloudFormation-Validate::W3010", reason="Written out so that no look-up is needed")
        )

        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.2.0.0/16"),
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
            ],
            # the package repositories of Amazon Linux are in S3
            gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
        )

        service = NlbEndpointService(
            self,
            "Shop",
            vpc=vpc,
            backend=Backend.instances(self._web_servers(vpc), port=80),
            allowed_principals=[iam.AccountPrincipal(hub_account)],
            acceptance_required=True,
            accepted_accounts=[hub_account],
        )
        CfnOutput(
            self, "ServiceName", description="What the hub takes as serviceName", value=service.endpoint_service_name
        )

    @property
    def availability_zones(self) -> list[str]:
        """All zones of the Region: whichever the other account calls a and c, the service is there."""
        return ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]

    def _web_servers(self, vpc: ec2.Vpc) -> list[ec2.Instance]:
        security_group = ec2.SecurityGroup(self, "WebSecurityGroup", vpc=vpc, description="Web servers")
        instances = []
        for position, subnet in enumerate(vpc.isolated_subnets[:2], start=1):
            user_data = ec2.UserData.for_linux()
            user_data.add_commands(
                "dnf install -y httpd",
                # longer than the load balancer's idle timeout of 60 s
                'echo "KeepAliveTimeout 75" > /etc/httpd/conf.d/keepalive.conf',
                f'echo "<h1>Shop - Instance {position}</h1>" > /var/www/html/index.html',
                "systemctl enable --now httpd",
            )
            instance = ec2.Instance(
                self,
                f"Web{position}",
                vpc=vpc,
                vpc_subnets=ec2.SubnetSelection(subnets=[subnet]),
                security_group=security_group,
                instance_type=ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
                machine_image=ec2.MachineImage.latest_amazon_linux2023(),
                user_data=user_data,
                http_tokens=ec2.HttpTokens.REQUIRED,
            )
            # the packages come through the gateway endpoint, and user data runs once
            instance.node.add_dependency(vpc)
            instances.append(instance)
        return instances
