#!/usr/bin/env python3
import os

from aws_cdk import App, Environment, Validations
from cdk_alb_privatelink import ReachabilityChecks, ReachabilityDestination, ReachabilitySource, ReachabilityStatement

from foo_bar_stack import FooBarStack

app = App()
stack = FooBarStack(app, "FooBar", env=Environment(account=os.getenv("CDK_DEFAULT_ACCOUNT"), region="ap-northeast-1"))
client = ReachabilitySource.workload(stack.client)

# a dead path fails the synthesis, before anything is deployed
Validations.of(app).add_plugins(
    ReachabilityChecks(
        expect=[ReachabilityStatement(source=client, destination=ReachabilityDestination.name("alb.home"), port=80)],
        forbid=[
            ReachabilityStatement(
                source=ReachabilitySource.internet(),
                destination=ReachabilityDestination.load_balancer(stack.web),
            ),
            *(
                ReachabilityStatement(source=client, destination=ReachabilityDestination.workload(server))
                for server in stack.servers
            ),
        ],
    )
)
app.synth()
