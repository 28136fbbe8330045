from aws_cdk import Acknowledgment, CfnOutput, Environment, Stack, Validations
from aws_cdk import aws_ec2 as ec2
from cdk_alb_privatelink import AlbToPrivateLinkTargets, NlbEndpointService, PrivateLinkRouteOptions
from constructs import Construct


class HubStack(Stack):
    """A public load balancer that routes `/` to a service of another account, when its endpoint is accepted there."""

    def __init__(
        self, scope: Construct, construct_id: str, *, env: Environment, service_name: str, client_cidr: str
    ) -> None:
        """`service_name` is from the output of the provider's stack; only `client_cidr` may reach the load balancer."""
        super().__init__(scope, construct_id, env=env)
        Validations.of(self).acknowledge(
            Acknowledgment(id="CloudFormation-Validate::W3010", reason="Written out so that no look-up is needed")
        )

        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.1.0.0/16"),
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24),
                ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
            ],
        )

        shop = NlbEndpointService.from_endpoint_service_attributes(
            self, "Shop", endpoint_service_name=service_name, port=80
        )
        self.hub = AlbToPrivateLinkTargets(
            self,
            "Hub",
            vpc=vpc,
            internet_facing=True,
            clients=[ec2.Peer.ipv4(client_cidr)],
            routes={
                "shop": PrivateLinkRouteOptions(paths=["/"], service=shop, priority=100, await_acceptance=True),
            },
        )
        CfnOutput(self, "Url", description="The address of the load balancer", value=self.hub.url)

    @property
    def availability_zones(self) -> list[str]:
        """The zones of the stack, written out so that no look-up in the account is needed."""
        return ["ap-northeast-1a", "ap-northeast-1c"]
