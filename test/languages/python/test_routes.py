"""Maps of routes, given and got."""

from collections.abc import Mapping

import pytest
from aws_cdk import Duration, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from cdk_alb_privatelink import (
    AlbToPrivateLinkTargets,
    EndpointPreset,
    IEndpointService,
    NlbEndpointService,
    PrivateLinkRouteOptions,
    PrivateLinkRouteSplit,
)

from support import SERVICE_NAME, a_service, resources

# as people write them; a binding that renames keys would show here
IDS = ["my-route", "vpc2", "camelCase", "snake_case", "UPPER", "with space"]

RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


@pytest.fixture
def service(stack: Stack) -> IEndpointService:
    return a_service(stack)


@pytest.fixture
def hub(stack: Stack, vpc: ec2.Vpc, service: IEndpointService) -> AlbToPrivateLinkTargets:
    routes = {
        route_id: PrivateLinkRouteOptions(paths=[f"/{position}"], service=service, priority=position)
        for position, route_id in enumerate(IDS, start=1)
    }
    return AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc, routes=routes)


def test_the_routes_of_a_hub_are_a_mapping_with_the_ids_that_were_given(hub: AlbToPrivateLinkTargets) -> None:
    assert isinstance(hub.routes, Mapping)
    assert list(hub.routes) == IDS


def test_every_route_has_the_priority_and_the_paths_that_were_given(stack: Stack, hub: AlbToPrivateLinkTargets) -> None:
    assert [route.priority for route in hub.routes.values()] == [1, 2, 3, 4, 5, 6]
    paths = {r["Priority"]: r["Conditions"][0]["PathPatternConfig"]["Values"] for r in resources(stack, RULE)}
    assert paths == {n: [f"/{n}", f"/{n}/*"] for n in range(1, 7)}


def test_the_parts_of_a_route_can_be_used(stack: Stack, hub: AlbToPrivateLinkTargets) -> None:
    route = hub.routes["my-route"]
    assert isinstance(route.target_group, elbv2.ApplicationTargetGroup)
    assert isinstance(route.rule, elbv2.ApplicationListenerRule)
    route.endpoint.connections.allow_default_port_from(ec2.Peer.ipv4("10.9.0.0/16"), "A monitor")
    Tags.of(route.target_group).add("Name", "my-target-group")

    tags = [tag for group in resources(stack, TARGET_GROUP) for tag in group["Tags"]]
    assert {"Key": "Name", "Value": "my-target-group"} in tags
    rules = [r for g in resources(stack, "AWS::EC2::SecurityGroup") for r in g.get("SecurityGroupIngress", [])]
    assert [rule["CidrIp"] for rule in rules if rule["Description"] == "A monitor"] == ["10.9.0.0/16"]


def test_a_route_is_divided_by_weight(stack: Stack, hub: AlbToPrivateLinkTargets, service: IEndpointService) -> None:
    other = NlbEndpointService.from_endpoint_service_attributes(
        stack, "Other", endpoint_service_name=SERVICE_NAME.replace("0123", "3210")
    )
    route = hub.add_route(
        "shop",
        paths=["/shop"],
        priority=700,
        split=[PrivateLinkRouteSplit(service=service, weight=90), PrivateLinkRouteSplit(service=other, weight=10)],
    )
    assert [part.weight for part in route.parts] == [90, 10]
    [rule] = [rule for rule in resources(stack, RULE) if rule["Priority"] == 700]
    assert [group["Weight"] for group in rule["Actions"][0]["ForwardConfig"]["TargetGroups"]] == [90, 10]


def test_an_unknown_id_is_a_key_error(hub: AlbToPrivateLinkTargets) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        hub.routes["nowhere"]


def test_a_route_that_is_added_takes_keyword_arguments_and_is_among_the_others(
    stack: Stack, hub: AlbToPrivateLinkTargets, service: IEndpointService
) -> None:
    added = hub.add_route("one-more", paths=["/more"], service=service, priority=77, host_header="orders.example.com")
    assert added.priority == 77
    assert list(hub.routes) == [*IDS, "one-more"]
    assert hub.routes["one-more"].target_group.node.path == added.target_group.node.path
    (rule,) = [r for r in resources(stack, RULE) if r["Priority"] == 77]
    assert "orders.example.com" in str(rule["Transforms"])


def test_routes_of_one_service_share_its_endpoint(stack: Stack, hub: AlbToPrivateLinkTargets) -> None:
    (endpoint,) = resources(stack, "AWS::EC2::VPCEndpoint")
    assert endpoint["ServiceName"] == SERVICE_NAME
    assert len({route.endpoint.node.path for route in hub.routes.values()}) == 1


def test_structs_within_a_route_can_be_dicts(stack: Stack, vpc: ec2.Vpc, service: IEndpointService) -> None:
    options = PrivateLinkRouteOptions(
        paths=["/a"],
        service=service,
        priority=1,
        health_check={"healthy_http_codes": "204"},
    )
    AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc, routes={"a": options})
    (group,) = resources(stack, TARGET_GROUP)
    assert group["Matcher"] == {"HttpCode": "204"}


def test_a_dict_for_a_route_takes_the_names_of_javascript_because_jsii_translates_none_in_a_map(
    stack: Stack, vpc: ec2.Vpc, service: IEndpointService
) -> None:
    route = {"paths": ["/a"], "service": service, "priority": 1, "hostHeader": "orders.example.com"}
    AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc, routes={"a": route})
    (rule,) = resources(stack, RULE)
    assert "orders.example.com" in str(rule["Transforms"])


def test_presets_and_durations_are_objects(stack: Stack, vpc: ec2.Vpc) -> None:
    route = PrivateLinkRouteOptions(
        paths=["/files"],
        service=ec2.InterfaceVpcEndpointAwsService.S3,
        preset=EndpointPreset.s3(s3.Bucket(stack, "Files")),
        priority=1,
        deregistration_delay=Duration.seconds(45),
    )
    AlbToPrivateLinkTargets(stack, "Hub", vpc=vpc, routes={"files": route})
    (group,) = resources(stack, TARGET_GROUP)
    assert group["Protocol"] == "HTTPS"
    assert group["Matcher"] == {"HttpCode": "200,307,405"}
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "45"} in group["TargetGroupAttributes"]
