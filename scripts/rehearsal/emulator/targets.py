"""The life of targets: initial, healthy, draining, gone, and unused while no rule leads to their group.

Time passes when somebody looks: what fell due since the last event is written to the journal before the next one.
"""
import time
from dataclasses import dataclass

from ministack.services import alb, ec2

import endpoints
import journal
import load_balancing
from cloudformation import Refused, around

# seconds; AWS takes minutes, and the order of things is the same
HEALTHY_AFTER = 1
DRAINED_AFTER = 2

_REASONS = {
    "initial": "Elb.RegistrationInProgress",
    "unused": "Target.NotInUse",
    "unhealthy": "Target.Timeout",
    "draining": "Target.DeregistrationInProgress",
}


@dataclass
class Target:
    """A target of a group, and when its state ends by itself."""

    id: str
    port: int
    zone: str
    state: str = "unused"
    due: float = 0

    def key(self):
        """What makes it the same target."""
        return self.id, self.port

    def name(self):
        """As the journal has it."""
        return f"{self.id}:{self.port}"

    def answers(self):
        """Whether its health checks would succeed."""
        return self.id in ec2._instances or endpoints.answers(self.id, self.port)


_groups: dict[str, dict[tuple, Target]] = {}
_rules: dict[str, dict[str, int]] = {}


def settle(*_event):
    """Lets happen what is due: to be called before and after everything that matters to a target."""
    _follow_rules()
    in_use = {group for groups in _rules.values() for group in groups}
    for group, targets in _groups.items():
        for key, target in list(targets.items()):
            state = _state_now(target, group in in_use)
            if state == "gone":
                del targets[key]
                journal.write("drained", group=group, target=target.name())
            elif state != target.state:
                _enter(group, target, state)


def _follow_rules():
    present = {arn: load_balancing.groups_of(rule) for arn, rule in alb._rules.items()}
    for arn in _rules.keys() | present.keys():
        if _rules.get(arn) != present.get(arn):
            journal.write("rule", rule=arn, groups=present.get(arn, {}))
    _rules.clear()
    _rules.update(present)


def _state_now(target, in_use):
    is_due = time.time() >= target.due
    if target.state == "draining":
        return "gone" if is_due else "draining"
    if not in_use:
        return "unused"
    if target.state == "unused":
        return "initial"
    if target.state == "initial" and not is_due:
        return "initial"
    return "healthy" if target.answers() else "unhealthy"


def _enter(group, target, state):
    target.state = state
    target.due = time.time() + {"initial": HEALTHY_AFTER, "draining": DRAINED_AFTER}.get(state, 0)
    journal.write("health", group=group, target=target.name(), state=state)


def _register(group, wanted):
    settle()
    for target in wanted:
        present = _groups[group].get(target.key())
        if present is None or present.state == "draining":
            _groups[group][target.key()] = target
            journal.write("registered", group=group, target=target.name())
    settle()


def _deregister(group, unwanted):
    settle()
    for target in unwanted:
        present = _groups[group].get(target.key())
        if present is not None and present.state != "draining":
            journal.write("deregistered", group=group, target=present.name())
            is_unused = present.state == "unused"
            _enter(group, present, "draining")
            if is_unused:
                present.due = 0
    settle()


# --- the properties of a target group

def _targets_in(props):
    return [Target(each["Id"], int(each.get("Port", props["Port"])), each.get("AvailabilityZone", "")) for each in props.get("Targets", [])]


def _refuse_used_group(group, _old, new):
    settle()
    if new is None and any(group in groups for groups in _rules.values()):
        raise Refused("ResourceInUse", f"target group '{group}' is currently in use by a listener or a rule")


def _follow_properties(group, old, new):
    """Registers before it deregisters, as CloudFormation does, and without waiting."""
    if new is None:
        brought = {target.key() for target in _targets_in(old)}
        for key, target in _groups.pop(group).items():
            if key not in brought:
                journal.write("abandoned", group=group, target=target.name())
        return
    _groups.setdefault(group, {})
    _register(group, _targets_in(new))
    kept = {target.key() for target in _targets_in(new)}
    _deregister(group, [target for target in _targets_in(old or new) if target.key() not in kept])


around("AWS::ElasticLoadBalancingV2::TargetGroup", before=_refuse_used_group, after=_follow_properties)
for resource_type in (
    "AWS::EC2::Instance", "AWS::EC2::VPCEndpoint", "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule", "AWS::ElasticLoadBalancingV2::LoadBalancer",
):
    around(resource_type, before=settle, after=settle)


# --- the API

def _group_of(params):
    return alb._p(params, "TargetGroupArn")


def _of_known_group(action):
    def checked(params):
        if _group_of(params) not in _groups:
            return alb._error("TargetGroupNotFound", f"Target group '{_group_of(params)}' not found")
        return action(params)
    return checked


def _targets_of(params):
    default = alb._tgs[_group_of(params)]["Port"]
    return [Target(each["Id"], each.get("Port", default), alb._p(params, f"Targets.member.{index}.AvailabilityZone"))
            for index, each in enumerate(alb._parse_targets_param(params), start=1)]


def _register_targets(params):
    _register(_group_of(params), _targets_of(params))
    return alb._empty("RegisterTargets")


def _deregister_targets(params):
    _deregister(_group_of(params), _targets_of(params))
    return alb._empty("DeregisterTargets")


def _describe_target_health(params):
    settle()
    descriptions = "".join(map(_description, _groups[_group_of(params)].values()))
    return alb._xml(200, "DescribeTargetHealth", f"<TargetHealthDescriptions>{descriptions}</TargetHealthDescriptions>")


def _description(target):
    zone = f"<AvailabilityZone>{target.zone}</AvailabilityZone>" if target.zone else ""
    reason = f"<Reason>{_REASONS[target.state]}</Reason>" if target.state in _REASONS else ""
    return (f"<member><Target><Id>{target.id}</Id><Port>{target.port}</Port>{zone}</Target>"
            f"<TargetHealth><State>{target.state}</State>{reason}</TargetHealth></member>")


def _describe_attributes(params):
    """With the delay that targets have here, so that nobody waits for the one of the template."""
    attributes = {**{each["Key"]: each["Value"] for each in alb._tg_attrs[_group_of(params)]},
                  "deregistration_delay.timeout_seconds": DRAINED_AFTER}
    members = alb._attrs_xml([{"Key": key, "Value": value} for key, value in attributes.items()])
    return alb._xml(200, "DescribeTargetGroupAttributes", f"<Attributes>{members}</Attributes>")


alb._ACTION_MAP.update(
    RegisterTargets=_of_known_group(_register_targets),
    DeregisterTargets=_of_known_group(_deregister_targets),
    DescribeTargetHealth=_of_known_group(_describe_target_health),
    DescribeTargetGroupAttributes=_of_known_group(_describe_attributes),
)
