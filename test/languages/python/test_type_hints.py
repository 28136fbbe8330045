"""What an editor or mypy says before anything runs."""

import subprocess
import sys
from pathlib import Path

import pytest

PRELUDE = """\
from typing import Any

from cdk_alb_privatelink import AlbToPrivateLinkTargets, Backend, InternalAlb, NlbEndpointService
from cdk_alb_privatelink import PrivateLinkRouteOptions, ReachabilityChecks, ReachabilityMode
from constructs import Construct


def use(scope: Construct, vpc: Any, backend: Backend, hub: AlbToPrivateLinkTargets) -> None:
"""

# the CDK itself has 200 modules, and reading them takes mypy a minute; its types are unknown here
CONFIG = """\
[mypy]
strict = True
[mypy-aws_cdk.*]
follow_imports = skip
ignore_missing_imports = True
[mypy-cdk_alb_privatelink.*]
disallow_subclassing_any = False
"""

MISTAKES = {
    "a wrong name": (
        'InternalAlb(scope, "Web", vpc=vpc, backend=backend, domain_name="alb.home")',
        'Unexpected keyword argument "domain_name" for "InternalAlb"',
    ),
    "a missing argument": ('NlbEndpointService(scope, "Service", vpc=vpc)', 'Missing named argument "backend"'),
    "a wrong name in a factory": ("Backend.instances([], prt=80)", 'Unexpected keyword argument "prt" for "instances"'),
    "a wrong name in a route": (
        'PrivateLinkRouteOptions(path=["/orders"])',
        'Unexpected keyword argument "path" for "PrivateLinkRouteOptions"',
    ),
    "a text for a number": (
        'InternalAlb(scope, "Web", vpc=vpc, backend=backend, port="8080")',
        'Argument "port" to "InternalAlb" has incompatible type "str"; expected "int | float | None"',
    ),
    "a text for an enum": (
        'ReachabilityChecks(mode="warn")',
        'Argument "mode" to "ReachabilityChecks" has incompatible type "str"; expected "ReachabilityMode | None"',
    ),
    "a construct for a backend": (
        'InternalAlb(scope, "Web", vpc=vpc, backend=hub)',
        'Argument "backend" to "InternalAlb" has incompatible type "AlbToPrivateLinkTargets"',
    ),
    "a list for the map of routes": (
        'AlbToPrivateLinkTargets(scope, "Hub", vpc=vpc, routes=[PrivateLinkRouteOptions()])',
        'Argument "routes" to "AlbToPrivateLinkTargets" has incompatible type',
    ),
    "a part of a route that is none": ('hub.routes["a"].endpoints', '"PrivateLinkRoute" has no attribute "endpoints"'),
}

RIGHT = [
    'InternalAlb(scope, "Web", vpc=vpc, backend=backend, domain_names=["alb.home"], port=8080)',
    'AlbToPrivateLinkTargets(scope, "Hub", vpc=vpc, routes={"a": PrivateLinkRouteOptions(paths=["/a"])})',
    "ReachabilityChecks(mode=ReachabilityMode.WARN)",
    'hub.routes["a"].endpoint',
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What mypy says of each line."""
    folder = tmp_path_factory.mktemp("mypy")
    lines = [line for line, _ in MISTAKES.values()] + RIGHT
    (folder / "app.py").write_text(PRELUDE + "".join(f"    {line}\n" for line in lines))
    (folder / "mypy.ini").write_text(CONFIG)
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--cache-dir", str(cache()), "app.py"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    first = PRELUDE.count("\n") + 1
    answers = dict.fromkeys(lines, "")
    for line in run.stdout.splitlines():
        file, number, kind, message = [*line.split(":", 3), "", "", ""][:4]
        if kind.strip() in ("error", "note"):
            assert file == "app.py", line
            answers[lines[int(number) - first]] += message
    return answers


def cache() -> Path:
    """Beside the installed packages, so that it lasts as long as they do."""
    return Path(sys.prefix) / ".mypy_cache"


@pytest.mark.parametrize(("line", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mypy_names_the_mistake(said: dict[str, str], line: str, message: str) -> None:
    assert message in said[line]


def test_mypy_says_nothing_of_what_is_right(said: dict[str, str]) -> None:
    assert [said[line] for line in RIGHT] == [""] * len(RIGHT)
