"""The command of the package, as it is installed beside Python."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """An app without the library, as people write it: nothing lets the load balancer call its instance."""
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "Stack")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)
    server = ec2.Instance(
        stack,
        "Server",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.latest_amazon_linux2023(),
    )
    balancer = elbv2.ApplicationLoadBalancer(stack, "Balancer", vpc=vpc)
    target = targets.InstanceIdTarget(server.instance_id)
    balancer.add_listener("Http", port=80).add_targets("Servers", port=80, targets=[target])
    app.synth()
    return tmp_path


def check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("cdk-alb-privatelink")), "check", str(path)]
    # otherwise the command unpacks aws-cdk-lib each time, which takes half a minute
    env = {**os.environ, "JSII_RUNTIME_PACKAGE_CACHE": "enabled"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_tells_the_dead_paths_of_an_app_and_exits_with_one(assembly: Path) -> None:
    run = check(assembly)
    assert "Stack/Balancer/SecurityGroup" in run.stdout
    assert "Stack/Server/InstanceSecurityGroup" in run.stdout
    assert run.returncode == 1


def test_exits_with_two_when_there_is_nothing_to_read(tmp_path: Path) -> None:
    run = check(tmp_path / "nowhere")
    assert "nowhere: it cannot be read" in run.stderr
    assert run.returncode == 2
