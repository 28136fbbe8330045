"""Mistakes of the caller, without a type checker: each is an error that names the argument and what it takes."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from cdk_alb_privatelink import (
    AlbToPrivateLinkTargets,
    Backend,
    InterfaceEndpointTarget,
    InternalAlb,
    NlbEndpointService,
    PrivateLinkRouteOptions,
    ReachabilityChecks,
    ReachabilitySource,
    ReachabilityStatement,
    VpcPeering,
)

from support import a_backend, a_service, resources

Attempt = Callable[[Stack, Any], object]


def web(**arguments: object) -> Attempt:
    """An internal load balancer with these arguments, and otherwise the necessary ones."""

    def attempt(stack: Stack, vpc: ec2.Vpc) -> object:
        necessary: dict[str, Any] = {"vpc": vpc, "backend": a_backend()}
        return InternalAlb(stack, "Web", **{**necessary, **arguments})

    return attempt


UNEXPECTED = {
    "a construct": (
        web(domain_name="alb.home"),
        "InternalAlb.__init__() got an unexpected keyword argument 'domain_name'",
    ),
    "a name as in TypeScript": (
        web(domainNames=["alb.home"]),
        "InternalAlb.__init__() got an unexpected keyword argument 'domainNames'",
    ),
    "a factory": (
        lambda *_: Backend.instances([], prt=80),  # type: ignore[call-arg]
        "Backend.instances() got an unexpected keyword argument 'prt'",
    ),
    "a route": (
        lambda *_: PrivateLinkRouteOptions(path=["/a"]),  # type: ignore[call-arg]
        "PrivateLinkRouteOptions.__init__() got an unexpected keyword argument 'path'",
    ),
    "a dict in place of a struct": (
        web(health_check={"pth": "/alive"}),
        "HealthCheck.__init__() got an unexpected keyword argument 'pth'",
    ),
}

MISSING = {
    "a construct": (
        lambda stack, _: InternalAlb(stack, "Web"),  # type: ignore[call-arg]
        "InternalAlb.__init__() missing 1 required keyword-only argument: 'vpc'",
    ),
    "a factory": (
        lambda *_: Backend.instances([]),  # type: ignore[call-arg]
        "Backend.instances() missing 1 required keyword-only argument: 'port'",
    ),
    "a struct": (
        lambda *_: ReachabilityStatement(source=ReachabilitySource.internet()),  # type: ignore[call-arg]
        "ReachabilityStatement.__init__() missing 1 required keyword-only argument: 'destination'",
    ),
}

WRONG_TYPES = {
    "str for a number": (
        web(port="8080"),
        "type of argument port must be one of (int, float, NoneType); got str instead",
    ),
    "str for a number in a route": (
        lambda *_: PrivateLinkRouteOptions(priority="1"),  # type: ignore[arg-type]
        "type of argument priority must be one of (int, float, NoneType); got str instead",
    ),
    "a construct for a backend": (
        lambda stack, vpc: InternalAlb(stack, "Web", vpc=vpc, backend=vpc),
        "type of argument backend must be one of (cdk_alb_privatelink.Backend, NoneType); "
        "got aws_cdk.aws_ec2.Vpc instead",
    ),
    "another enum": (
        web(ip_address_type=elbv2.Protocol.HTTP),
        "type of argument ip_address_type must be one of (aws_cdk.aws_elasticloadbalancingv2.IpAddressType, NoneType); "
        "got aws_cdk.aws_elasticloadbalancingv2.Protocol instead",
    ),
    "str for an enum": (
        lambda *_: ReachabilityChecks(mode="warn"),  # type: ignore[arg-type]
        "type of argument mode must be one of (cdk_alb_privatelink.ReachabilityMode, NoneType); got str instead",
    ),
    "a number for a duration": (
        web(idle_timeout=60),
        "type of argument idle_timeout must be one of (aws_cdk.Duration, NoneType); got int instead",
    ),
    "another struct": (
        web(health_check=ec2.SubnetSelection()),
        "type of argument health_check must be one of (aws_cdk.aws_elasticloadbalancingv2.HealthCheck, "
        "Dict[str, Any], NoneType); got aws_cdk.aws_ec2.SubnetSelection instead",
    ),
    "a list for the map of routes": (
        lambda stack, vpc: AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc, routes=[]),  # type: ignore[arg-type]
        "type of argument routes must be one of (Mapping[str, Union[cdk_alb_privatelink.PrivateLinkRouteOptions, "
        "Dict[str, Any]]], NoneType); got list instead",
    ),
}


def cases(table: dict[str, tuple[Any, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("attempt", "expected"), table.values(), ids=table.keys())


@cases(UNEXPECTED)
def test_an_unknown_argument_is_a_type_error_that_names_it(
    stack: Stack, vpc: ec2.Vpc, attempt: Attempt, expected: str
) -> None:
    with pytest.raises(TypeError) as caught:
        attempt(stack, vpc)
    # newer Pythons go on with the name that was meant
    assert str(caught.value).startswith(expected)


@cases(MISSING)
def test_a_missing_argument_is_a_type_error_that_names_it(
    stack: Stack, vpc: ec2.Vpc, attempt: Attempt, expected: str
) -> None:
    with pytest.raises(TypeError) as caught:
        attempt(stack, vpc)
    assert str(caught.value) == expected


@cases(WRONG_TYPES)
def test_a_wrong_type_is_a_type_error_with_the_argument_the_right_type_and_the_given_one(
    stack: Stack, vpc: ec2.Vpc, attempt: Attempt, expected: str
) -> None:
    with pytest.raises(TypeError) as caught:
        attempt(stack, vpc)
    assert str(caught.value) == expected


def test_none_for_a_required_argument_is_an_assertion_that_names_it(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(AssertionError, match="Required property 'vpc' is missing"):
        web(vpc=None)(stack, vpc)


def test_none_for_an_optional_argument_is_as_if_it_was_left_out(stack: Stack, vpc: ec2.Vpc) -> None:
    web(port=None, health_check=None)(stack, vpc)
    (listener,) = resources(stack, "AWS::ElasticLoadBalancingV2::Listener")
    assert listener["Port"] == 80


def test_a_dict_in_place_of_a_struct_takes_the_names_of_python(stack: Stack, vpc: ec2.Vpc) -> None:
    web(health_check={"healthy_http_codes": "204"})(stack, vpc)
    (group,) = resources(stack, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert group["Matcher"] == {"HttpCode": "204"}


# what the check of types in Python lets pass, and jsii's other end refuses: key, type, value
REFUSED_BY_JSII = {
    "str for a vpc": (web(vpc="vpc-1"), ["Key 'vpc'", "aws_ec2.IVpc", "'vpc-1'"]),
    "str in a list of clients": (
        web(clients=["10.0.0.0/8"]),
        ["Key 'clients'", "Index 0", "aws_ec2.IConnectable", "'10.0.0.0/8'"],
    ),
    "str for a list": (web(domain_names="alb.home"), ["Key 'domainNames'", "array<string>", "'alb.home'"]),
    "bool for a number": (web(port=True), ["Key 'port'", "number", "true"]),
    "str for a service in a route": (
        lambda stack, vpc: AlbToPrivateLinkTargets(
            stack,
            "Hub",
            vpc=vpc,
            routes={"orders": PrivateLinkRouteOptions(service="vpce-svc-1")},  # type: ignore[arg-type]
        ),
        ["Key 'routes'", "Key 'orders'", "Key 'service'", "IInterfaceVpcEndpointService", "'vpce-svc-1'"],
    ),
}


@cases(REFUSED_BY_JSII)
def test_what_only_javascript_can_refuse_is_a_runtime_error_with_key_type_and_value(
    stack: Stack, vpc: ec2.Vpc, attempt: Attempt, expected: list[str]
) -> None:
    with pytest.raises(RuntimeError) as caught:
        attempt(stack, vpc)
    assert [part for part in expected if part not in str(caught.value)] == []


# arguments whose type is an interface: nothing in Python or jsii compares the object with it, the constructs do
WRONG_OBJECTS = {
    "a stack for a vpc": (lambda stack, _: NlbEndpointService(stack, "S", vpc=stack, backend=a_backend()), "'vpc'"),
    "a stack for the peer": (lambda stack, vpc: VpcPeering(stack, "P", vpc=vpc, peer_vpc=stack), "'peerVpc'"),
    "a vpc for a client": (lambda stack, vpc: web(clients=[vpc])(stack, vpc), "'clients[0]'"),
    "a vpc for a service": (
        lambda stack, vpc: AlbToPrivateLinkTargets(stack, "H", vpc=vpc).add_route("r", paths=["/r"], service=vpc),
        "service'",
    ),
    "a service for an endpoint": (
        lambda stack, _: InterfaceEndpointTarget(stack, "T", endpoint=a_service(stack)),  # type: ignore[arg-type]
        "'endpoint'",
    ),
    "a load balancer for a listener": (
        lambda stack, vpc: AlbToPrivateLinkTargets(
            stack,
            "H",
            vpc=vpc,
            listener=InternalAlb(stack, "Web", vpc=vpc, backend=a_backend()),  # type: ignore[arg-type]
        ),
        "'listener'",
    ),
}


@cases(WRONG_OBJECTS)
def test_another_construct_than_the_expected_one_is_an_error_that_names_the_argument(
    stack: Stack, vpc: ec2.Vpc, attempt: Attempt, expected: str
) -> None:
    with pytest.raises(RuntimeError) as caught:
        attempt(stack, vpc)
    assert f"{expected} must be " in str(caught.value)
