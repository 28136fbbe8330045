"""What several tests need."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk.assertions import Template
from cdk_alb_privatelink import Backend, IEndpointService, NlbEndpointService
from constructs import Construct

SERVICE_NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"


def a_backend() -> Backend:
    return Backend.ip_addresses(["10.0.0.9"], port=80)


def a_service(scope: Construct, construct_id: str = "Service") -> IEndpointService:
    return NlbEndpointService.from_endpoint_service_attributes(
        scope, construct_id, endpoint_service_name=SERVICE_NAME, port=80
    )


def resources(stack: Stack, resource_type: str) -> list[Mapping[str, Any]]:
    """The properties of all resources of a type in the template."""
    found = Template.from_stack(stack).find_resources(resource_type)
    return [resource.get("Properties", {}) for resource in found.values()]
