#!/usr/bin/env python3
import os

from aws_cdk import App, Environment, Validations
from cdk_alb_privatelink import ReachabilityChecks, ReachabilityDestination, ReachabilitySource, ReachabilityStatement

from multi_vpc_stack import MultiVpcStack

app = App()
client_cidr: str | None = app.node.try_get_context("clientCidr")
if client_cidr is None:
    raise SystemExit(
        "Say who may reach the load balancer: cdk deploy -c clientCidr=203.0.113.7/32, with your own address"
    )
stack = MultiVpcStack(
    app,
    "MultiVpc",
    env=Environment(account=os.getenv("CDK_DEFAULT_ACCOUNT"), region="ap-northeast-1"),
    client_cidr=client_cidr,
)

# a dead path fails the synthesis, before anything is deployed
Validations.of(app).add_plugins(
    ReachabilityChecks(
        expect=[
            ReachabilityStatement(
                source=ReachabilitySource.cidr(client_cidr),
                destination=ReachabilityDestination.endpoint_service(service),
                port=80,
            )
            for service in stack.services
        ]
    )
)
app.synth()
