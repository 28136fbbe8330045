#!/usr/bin/env python3
from aws_cdk import App, Environment, Validations
from cdk_alb_privatelink import ReachabilityChecks, ReachabilityDestination, ReachabilitySource, ReachabilityStatement

from hub_stack import HubStack
from provider_stack import ProviderStack

REGION = "ap-northeast-1"

app = App()


def setting(name: str) -> str:
    """What differs from user to user."""
    value: str | None = app.node.try_get_context(name)
    if value is None:
        raise SystemExit(f"Set '{name}' in cdk.json, or with -c {name}=…")
    return value


hub_account = setting("hubAccount")
client_cidr = setting("clientCidr")
ProviderStack(
    app,
    "Provider",
    env=Environment(account=setting("providerAccount"), region=REGION),
    hub_account=hub_account,
)
stack = HubStack(
    app,
    "Hub",
    env=Environment(account=hub_account, region=REGION),
    service_name=setting("serviceName"),
    client_cidr=client_cidr,
)

# a dead path fails the synthesis, before anything is deployed; what lies in the other account is not known here
Validations.of(app).add_plugins(
    ReachabilityChecks(
        expect=[
            ReachabilityStatement(
                source=ReachabilitySource.cidr(client_cidr),
                destination=ReachabilityDestination.load_balancer(stack.hub.load_balancer),
                port=80,
            )
        ]
    )
)
app.synth()
