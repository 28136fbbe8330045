"""Subclasses, interfaces, enums and attributes, as a Python user writes and reads them."""

from pathlib import Path

import cdk_alb_privatelink
import jsii
import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from cdk_alb_privatelink import (
    AlbToPrivateLinkTargets,
    IEndpointService,
    InternalAlb,
    NlbEndpointService,
    ReachabilityMode,
)
from constructs import Construct

from support import SERVICE_NAME, a_backend, a_service, resources

ENDPOINT = "AWS::EC2::VPCEndpoint"


class TeamAlb(InternalAlb):
    """An internal load balancer as one company wants it."""

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc, team: str) -> None:
        super().__init__(scope, construct_id, vpc=vpc, backend=a_backend(), deletion_protection=True)
        self.team = team

    @property
    def owner(self) -> str:
        return f"{self.team}, {self.node.path}"


@jsii.implements(IEndpointService)
class Directory:
    """A service whose name comes from somewhere else; a Protocol, to type checkers, has no optional members."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def port(self) -> int:
        return 8443

    @property
    def protocol(self) -> elbv2.ApplicationProtocol:
        return elbv2.ApplicationProtocol.HTTP

    @property
    def protocol_version(self) -> elbv2.ApplicationProtocolVersion | None:
        return None

    @property
    def private_dns_default(self) -> bool:
        return False

    @property
    def availability_zones(self) -> list[str] | None:
        return ["eu-west-1b", "eu-west-1c"]

    @property
    def region(self) -> str | None:
        return "eu-west-1"

    @property
    def account(self) -> str | None:
        return "111111111111"

    @property
    def acceptance_required(self) -> bool | None:
        return None


class ThreeZones(Stack):
    @property
    def availability_zones(self) -> list[str]:
        return ["eu-west-1a", "eu-west-1b", "eu-west-1c"]


def test_the_package_under_test_is_the_installed_one() -> None:
    assert "site-packages" in Path(cdk_alb_privatelink.__file__).parts


def test_a_subclass_makes_what_its_parent_makes_and_keeps_what_it_adds(stack: Stack, vpc: ec2.Vpc) -> None:
    alb = TeamAlb(stack, "Web", vpc=vpc, team="orders")
    assert alb.owner == "orders, Stack/Web"
    assert stack.node.find_child("Web") is alb
    (balancer,) = resources(stack, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert balancer["Scheme"] == "internal"
    assert {"Key": "deletion_protection.enabled", "Value": "true"} in balancer["LoadBalancerAttributes"]


def test_an_imported_service_has_the_attributes_that_were_given(stack: Stack) -> None:
    service = NlbEndpointService.from_endpoint_service_attributes(
        stack,
        "Service",
        endpoint_service_name=SERVICE_NAME,
        port=443,
        protocol=elbv2.ApplicationProtocol.HTTPS,
        region="eu-west-1",
        availability_zones=["eu-west-1a"],
        acceptance_required=True,
    )
    assert service.name == SERVICE_NAME
    assert service.port == 443
    assert service.protocol is elbv2.ApplicationProtocol.HTTPS
    assert service.availability_zones == ["eu-west-1a"]
    assert service.acceptance_required is True
    assert service.region == "eu-west-1"
    assert service.account is None


@pytest.mark.parametrize("imported", [True, False], ids=["imported", "of the app"])
def test_the_cdk_makes_an_endpoint_for_a_service(stack: Stack, vpc: ec2.Vpc, imported: bool) -> None:
    service = (
        a_service(stack) if imported else NlbEndpointService(stack, "Service", vpc=vpc, backend=a_backend(), port=80)
    )
    endpoint = vpc.add_interface_endpoint("Endpoint", service=service)
    assert isinstance(endpoint, ec2.InterfaceVpcEndpoint)
    (properties,) = resources(stack, ENDPOINT)
    assert properties["VpcEndpointType"] == "Interface"
    assert (properties["ServiceName"] == SERVICE_NAME) is imported


def test_a_service_that_is_written_in_python_gives_a_route_its_name_protocol_and_zones() -> None:
    stack = ThreeZones(App(), "Stack", env=Environment(account="111111111111", region="eu-west-1"))
    vpc = ec2.Vpc(stack, "Vpc", max_azs=3, nat_gateways=0)
    hub = AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc)
    hub.add_route("directory", paths=["/directory"], service=Directory(SERVICE_NAME), priority=1)
    (endpoint,) = resources(stack, ENDPOINT)
    assert endpoint["ServiceName"] == SERVICE_NAME
    subnets = [subnet["Ref"] for subnet in endpoint["SubnetIds"]]
    assert subnets == [stack.get_logical_id(s.node.default_child) for s in vpc.isolated_subnets[1:]]  # type: ignore[arg-type]
    (group,) = resources(stack, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert group["Protocol"] == "HTTP"


def test_a_list_comes_as_a_list_and_what_is_not_there_as_none(stack: Stack, vpc: ec2.Vpc) -> None:
    alb = InternalAlb(stack, "Web", vpc=vpc, backend=a_backend())
    assert alb.zones == []
    assert alb.redirect_listener is None
    assert [type(group) for group in alb.connections.security_groups] == [ec2.SecurityGroup]


def test_an_enum_has_its_members_by_name() -> None:
    assert [mode.name for mode in ReachabilityMode] == ["WARN", "FAIL"]
