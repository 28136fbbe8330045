"""An error of the library, caught in Python: the type is RuntimeError, the text is the library's alone."""

from collections.abc import Callable

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_ec2 as ec2
from cdk_alb_privatelink import AlbToPrivateLinkTargets, Backend, InternalAlb, NlbEndpointService
from jsii.errors import JavaScriptError

from support import a_backend, a_service


def test_has_the_path_of_the_construct_what_is_allowed_and_what_was_given(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(RuntimeError) as caught:
        InternalAlb(stack, "Web", vpc=vpc, backend=a_backend(), port=0)
    assert str(caught.value) == "Stack/Web: 'port' must be an integer between 1 and 65535, got: 0."


def test_says_what_to_do(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(RuntimeError) as caught:
        NlbEndpointService(stack, "Service", vpc=vpc, backend=Backend.instances([], port=80))
    assert str(caught.value) == (
        "Stack/Service: 'instances' must name at least one, got an empty list. "
        "Give Backend.instances() the instances that answer the requests."
    )


def test_names_durations_in_their_unit(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(RuntimeError) as caught:
        AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc, idle_timeout=Duration.minutes(10))
    assert str(caught.value) == (
        "Stack/Hub: 'idleTimeout' must be between 1 and 350 whole seconds, got: 600 s. "
        "PrivateLink drops connections that are idle for longer."
    )


def without_destination(hub: AlbToPrivateLinkTargets) -> object:
    return hub.add_route("orders", paths=["/orders"], priority=1)


def without_load_balancer(hub: AlbToPrivateLinkTargets) -> object:
    listener = hub.listener
    return AlbToPrivateLinkTargets(hub, "Team", vpc=hub.load_balancer.vpc, listener=listener).load_balancer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (
            without_destination,
            "Stack/Hub: route 'orders' needs either a 'service' or an 'endpoint', got neither. "
            "Give the one that answers the requests.",
        ),
        (
            without_load_balancer,
            "Stack/Hub/Team: 'loadBalancer' is not known: the hub was given a 'listener'. "
            "Ask the construct that made the listener.",
        ),
    ],
    ids=["method", "attribute"],
)
def test_comes_out_of_a_method_and_of_an_attribute_too(
    stack: Stack, vpc: ec2.Vpc, attempt: Callable[[AlbToPrivateLinkTargets], object], message: str
) -> None:
    hub = AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc)
    with pytest.raises(RuntimeError) as caught:
        attempt(hub)
    # jsii puts the name of JavaScript's class before errors of methods and attributes
    assert str(caught.value) == f"Error: {message}"


def test_has_the_stack_of_javascript_as_its_cause_and_not_in_its_text(stack: Stack, vpc: ec2.Vpc) -> None:
    with pytest.raises(RuntimeError) as caught:
        InternalAlb(stack, "Web", vpc=vpc, backend=a_backend(), port=0)
    assert isinstance(caught.value.__cause__, JavaScriptError)
    assert "    at " in str(caught.value.__cause__)
    assert "    at " not in str(caught.value)


def test_leaves_the_process_usable(stack: Stack, vpc: ec2.Vpc) -> None:
    hub = AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc)
    with pytest.raises(RuntimeError, match=r"Stack/Hub: 'routes.r.port' must be an integer"):
        hub.add_route("r", paths=["/r"], service=a_service(stack), priority=1, port=70000)
    assert hub.routes == {}
    hub.add_route("s", paths=["/s"], service=a_service(stack, "Other"), priority=1)
    assert list(hub.routes) == ["s"]
