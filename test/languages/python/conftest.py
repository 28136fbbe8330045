import os

# the validator of the CDK costs a second and says nothing of the language; read when an app is synthesized
os.environ.setdefault("CDK_VALIDATION", "false")

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2


@pytest.fixture
def stack() -> Stack:
    return Stack(App(), "Stack")


@pytest.fixture
def vpc(stack: Stack) -> ec2.Vpc:
    """Two zones, a public and an isolated subnet in each."""
    return ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)
