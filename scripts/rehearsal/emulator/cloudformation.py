"""How to add resource types to ministack's CloudFormation, and to put something before and after what those it has do.

The handlers of ministack are private names of one release: this is the only module that knows their shape.
"""
import copy

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks

_HANDLERS = provisioners._RESOURCE_HANDLERS
_REPLACING = provisioners._REPLACING_PROPERTIES


class Refused(ValueError):
    """What AWS refuses: the resource fails, and with it the deployment."""

    def __init__(self, code, message):
        super().__init__(f"{message} ({code})")


def define(resource_type, create, delete, attributes=lambda physical_id: {}, update=lambda physical_id, new: None, replacing=()):
    """Adds a type. A change of a property in `replacing` makes the resource anew; the old one goes in the clean-up."""
    def created(_logical_id, props, _stack):
        physical_id = create(props)
        return physical_id, attributes(physical_id)

    def updated(physical_id, _old, new, _stack):
        update(physical_id, new)
        return physical_id, attributes(physical_id)

    _HANDLERS[resource_type] = {"create": created, "update": updated, "delete": delete}
    _REPLACING[resource_type] = replacing


def _nothing(_physical_id, _old, _new):
    pass


def around(resource_type, before=_nothing, after=_nothing, attributes=lambda physical_id: {}, replacing=()):
    """Calls `before` and `after` with physical id, old and new properties: no old ones at a creation, no new ones at a deletion."""
    handler = _HANDLERS[resource_type]

    def created(logical_id, props, stack):
        before(None, None, props)
        physical_id, answer = handler["create"](logical_id, props, stack)
        after(physical_id, None, props)
        return physical_id, {**answer, **attributes(physical_id)}

    def updated(physical_id, old, new, *rest):
        before(physical_id, old, new)
        physical_id, answer = handler["update"](physical_id, old, new, *rest)
        after(physical_id, old, new)
        return physical_id, {**answer, **attributes(physical_id)}

    def deleted(physical_id, props):
        before(physical_id, props, None)
        handler["delete"](physical_id, props)
        after(physical_id, props, None)

    _HANDLERS[resource_type] = {**handler, "create": created, "update": updated, "delete": deleted}
    _REPLACING[resource_type] = (*_REPLACING.get(resource_type, ()), *replacing)


def _announce_clean_up():
    """ministack deletes what was replaced or removed while the status is still UPDATE_IN_PROGRESS; the outputs are the last thing before."""
    resolve_outputs = stacks._resolve_stack_outputs

    def resolve_outputs_and_clean_up(*arguments):
        outputs = resolve_outputs(*arguments)
        stack_name, stack_id = arguments[-2:]
        stack = cloudformation._stacks[stack_name]
        if stack["StackStatus"] == "UPDATE_IN_PROGRESS":
            stack["StackStatus"] = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            stacks._add_event(
                stack_id, stack_name, stack_name, "AWS::CloudFormation::Stack", stack["StackStatus"], physical_id=stack_id)
        return outputs

    stacks._resolve_stack_outputs = resolve_outputs_and_clean_up


def _resolve_anew_in_rollbacks():
    """ministack sends custom resources back to properties that name what an update took away and a rollback gave back under another id."""
    roll_back, revert = stacks._roll_back_operation, stacks._revert_update
    previous_stacks = {}

    async def remember_and_roll_back(stack_name, stack_id, stack, operation, *rest):
        previous_stacks[stack_name] = operation["previous_stack"]
        await roll_back(stack_name, stack_id, stack, operation, *rest)

    async def resolve_and_revert(stack_id, stack_name, logical_id, resource_type, physical_id, applied, previous, *rest):
        if resource_type.startswith("Custom::"):
            stack = previous_stacks[stack_name]
            template, resources = stack["_template"], stack["_resources"]
            properties = copy.deepcopy(template["Resources"][logical_id]["Properties"])
            previous = resources[logical_id]["Properties"] = stacks._resolve_refs(
                properties, resources, stack["_resolved_params"], stack["_conditions"], template.get("Mappings", {}), stack_name, stack_id)
        await revert(stack_id, stack_name, logical_id, resource_type, physical_id, applied, previous, *rest)

    stacks._roll_back_operation, stacks._revert_update = remember_and_roll_back, resolve_and_revert


_announce_clean_up()
_resolve_anew_in_rollbacks()
