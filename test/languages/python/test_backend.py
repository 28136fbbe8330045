"""A backend that is written in Python."""

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from cdk_alb_privatelink import Backend, BackendConfig, InternalAlb, NlbEndpointService
from constructs import Construct

from support import resources

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


class Mainframe(Backend):
    """A host outside of AWS, which admits load balancers on one port."""

    def __init__(self, address: str, port: int) -> None:
        super().__init__()
        self.address = address
        self.port = port
        self.scopes: list[Construct] = []

    def bind(self, scope: Construct) -> BackendConfig:
        self.scopes.append(scope)
        target = targets.IpTarget(self.address, self.port, "all")
        return BackendConfig(
            target_type=elbv2.TargetType.IP,
            port=self.port,
            connectables=[ec2.Peer.ipv4(f"{self.address}/32")],
            application_targets=[target],
            network_targets=[target],
            health_check=elbv2.HealthCheck(path="/alive", protocol=elbv2.Protocol.HTTP),
        )


class WithoutServers(Backend):
    def bind(self, scope: Construct) -> BackendConfig:
        raise LookupError(f"{scope.node.path}: no servers in this Region")


class Forgetful(Backend):
    def bind(self, scope: Construct) -> BackendConfig:  # type: ignore[empty-body]
        """Returns nothing."""


@pytest.fixture
def mainframe() -> Mainframe:
    return Mainframe("192.168.7.9", 8080)


def test_its_targets_port_and_health_check_are_in_the_target_group_of_an_internal_alb(
    stack: Stack, vpc: ec2.Vpc, mainframe: Mainframe
) -> None:
    InternalAlb(stack, "Web", vpc=vpc, backend=mainframe)
    (group,) = resources(stack, TARGET_GROUP)
    assert group["Port"] == 8080
    assert group["TargetType"] == "ip"
    assert group["Targets"] == [{"Id": "192.168.7.9", "Port": 8080, "AvailabilityZone": "all"}]
    assert group["HealthCheckPath"] == "/alive"


def test_its_targets_and_port_are_in_the_target_group_of_an_endpoint_service(
    stack: Stack, vpc: ec2.Vpc, mainframe: Mainframe
) -> None:
    NlbEndpointService(stack, "Service", vpc=vpc, backend=mainframe)
    (group,) = resources(stack, TARGET_GROUP)
    assert group["Port"] == 8080
    assert group["Protocol"] == "TCP"
    assert group["Targets"] == [{"Id": "192.168.7.9", "Port": 8080, "AvailabilityZone": "all"}]


@pytest.mark.parametrize("construct", [InternalAlb, NlbEndpointService])
def test_the_load_balancer_may_call_it_and_nothing_else(
    stack: Stack, vpc: ec2.Vpc, mainframe: Mainframe, construct: type[InternalAlb] | type[NlbEndpointService]
) -> None:
    construct(stack, "Construct", vpc=vpc, backend=mainframe)
    (group,) = resources(stack, "AWS::EC2::SecurityGroup")
    rules = [(r["CidrIp"], r["IpProtocol"], r["FromPort"], r["ToPort"]) for r in group["SecurityGroupEgress"]]
    nothing = "255.255.255.255/32"  # the CDK's way to write an empty list
    assert [rule for rule in rules if rule[0] != nothing] == [("192.168.7.9/32", "tcp", 8080, 8080)]


def test_bind_gets_the_construct_that_it_is_bound_to(stack: Stack, vpc: ec2.Vpc, mainframe: Mainframe) -> None:
    web = InternalAlb(stack, "Web", vpc=vpc, backend=mainframe)
    (scope,) = mainframe.scopes
    assert scope.node.path.startswith(web.node.path)


def test_an_error_raised_in_bind_reaches_the_user_with_its_message(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(RuntimeError) as caught:
        InternalAlb(stack, "Web", vpc=vpc, backend=WithoutServers())
    assert str(caught.value) == "Stack/Web: no servers in this Region"


def test_a_bind_that_returns_nothing_is_an_error_that_names_bind(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(
        RuntimeError, match=r"Returned by callback method bind: .* as cdk-alb-privatelink.BackendConfig"
    ):
        InternalAlb(stack, "Web", vpc=vpc, backend=Forgetful())


def test_a_backend_without_bind_cannot_be_made() -> None:
    class Empty(Backend):
        pass

    with pytest.raises(TypeError, match=r"abstract class Empty .*bind"):
        Empty()  # type: ignore[abstract]
