"""Listeners and rules: what AWS refuses, and requests that are divided by weight."""
from ministack.services import alb
from ministack.services.cloudformation import provisioners

from cloudformation import Refused, around


def _refuse_second_listener(arn, _old, new):
    for other, listener in alb._listeners.items():
        if new and other != arn and listener["LoadBalancerArn"] == new["LoadBalancerArn"] and listener["Port"] == int(new["Port"]):
            raise Refused("DuplicateListener", f"a listener already exists on port {new['Port']} of '{new['LoadBalancerArn']}'")


def _refuse_second_priority(arn, _old, new):
    for other, rule in alb._rules.items():
        if new and other != arn and rule["ListenerArn"] == new["ListenerArn"] and rule["Priority"] == str(new["Priority"]):
            raise Refused("PriorityInUse", f"priority '{new['Priority']}' is currently in use")


def _remember_weights():
    """ministack takes the first group of a forward action for the whole."""
    actions_of, action_xml = provisioners._elbv2_listener_actions, alb._action_xml

    def with_weights(props, lb_arn, prop="DefaultActions"):
        actions = actions_of(props, lb_arn, prop)
        for action, given in zip(actions, props.get(prop) or []):
            if "ForwardConfig" in given:
                action.pop("TargetGroupArn", None)
                action["ForwardConfig"] = given["ForwardConfig"]
        return actions

    def xml_with_weights(action):
        groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
        members = "".join(f"<member><TargetGroupArn>{group['TargetGroupArn']}</TargetGroupArn><Weight>{group['Weight']}</Weight></member>" for group in groups)
        config = f"<ForwardConfig><TargetGroups>{members}</TargetGroups></ForwardConfig>" if groups else ""
        return action_xml(action).removesuffix("</member>") + config + "</member>"

    provisioners._elbv2_listener_actions, alb._action_xml = with_weights, xml_with_weights


def groups_of(rule):
    """The target groups of a rule, with their weights."""
    weights = {}
    for action in rule["Actions"]:
        if "TargetGroupArn" in action:
            weights[action["TargetGroupArn"]] = 1
        for group in action.get("ForwardConfig", {}).get("TargetGroups", []):
            weights[group["TargetGroupArn"]] = int(group["Weight"])
    return weights


_remember_weights()
around("AWS::ElasticLoadBalancingV2::Listener", before=_refuse_second_listener, replacing=("LoadBalancerArn",))
around("AWS::ElasticLoadBalancingV2::ListenerRule", before=_refuse_second_priority, replacing=("ListenerArn",))
