"""A dead path fails the synthesis, in Python too."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_ec2 as ec2
from cdk_alb_privatelink import (
    InternalAlb,
    ReachabilityChecks,
    ReachabilityDestination,
    ReachabilityMode,
    ReachabilitySource,
    ReachabilityStatement,
)

from support import a_backend

FINDING = "No outbound rule of Stack/Client/InstanceSecurityGroup lets TCP 80 out to Stack/Web/LoadBalancer."


def app_with_a_client(outdir: Path, *, allowed: bool = False, mode: ReachabilityMode | None = None) -> App:
    """A client that may call a load balancer, or was forgotten."""
    app = App(outdir=str(outdir))
    stack = Stack(app, "Stack")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)
    client = ec2.Instance(
        stack,
        "Client",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.latest_amazon_linux2023(),
        allow_all_outbound=False,
    )
    web = InternalAlb(stack, "Web", vpc=vpc, backend=a_backend())
    if allowed:
        client.connections.allow_to(web, ec2.Port.tcp(80))
    statement = ReachabilityStatement(
        source=ReachabilitySource.workload(client), destination=ReachabilityDestination.load_balancer(web), port=80
    )
    Validations.of(app).add_plugins(ReachabilityChecks(expect=[statement], mode=mode))
    return app


def violations(outdir: Path) -> list[dict[str, Any]]:
    report = json.loads((outdir / "validation-report.json").read_text())
    return [violation for plugin in report["pluginReports"] for violation in plugin["violations"]]


def test_a_dead_path_fails_the_synthesis_with_the_finding_and_its_fix(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError) as caught:
        app_with_a_client(tmp_path).synth()
    assert FINDING in str(caught.value)
    assert "Suggested fix: Add an outbound rule to the security group" in str(caught.value)
    (violation,) = violations(tmp_path)
    assert violation["ruleName"] == "SecurityGroupEgress"


def test_a_live_path_synthesizes(tmp_path: Path) -> None:
    app_with_a_client(tmp_path, allowed=True).synth()
    assert (tmp_path / "Stack.template.json").exists()


def test_in_the_mode_that_warns_a_dead_path_is_reported_and_synthesizes(tmp_path: Path) -> None:
    app_with_a_client(tmp_path, mode=ReachabilityMode.WARN).synth()
    assert [violation["description"] for violation in violations(tmp_path)] == [FINDING]


def test_the_user_reads_the_finding_on_the_terminal(tmp_path: Path) -> None:
    command = [sys.executable, __file__, str(tmp_path)]
    # under pytest the CDK reports in the exception alone
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert FINDING in run.stderr
    assert "Suggested fix: Add an outbound rule to the security group" in run.stderr


if __name__ == "__main__":
    app_with_a_client(Path(sys.argv[1])).synth()
