"""Listeners and rules: what AWS refuses."""
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


around("AWS::ElasticLoadBalancingV2::Listener", before=_refuse_second_listener, replacing=("LoadBalancerArn",))
around("AWS::ElasticLoadBalancingV2::ListenerRule", before=_refuse_second_priority, replacing=("ListenerArn",))
