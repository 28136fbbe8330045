"""Endpoint services, and interface endpoints with one network interface in each of their subnets."""
import itertools
import random

from ministack.core.responses import get_account_id, get_region
from ministack.services import alb, ec2

import journal
from cloudformation import Refused, around, define
from network import free_address, new_id

_services = {}


def _name_of(service_id):
    return f"com.amazonaws.vpce.{get_region()}.{service_id}"


def _publish(props):
    service_id = new_id("vpce-svc-")
    _services[service_id] = props
    return service_id


def _unpublish(service_id, _props):
    if any(endpoint["ServiceName"] == _name_of(service_id) for endpoint in ec2._vpc_endpoints.values()):
        raise Refused("ExistingVpcEndpointConnections", f"the service {service_id} has existing active VPC endpoint connections")
    del _services[service_id]


define(
    "AWS::EC2::VPCEndpointService",
    create=_publish,
    delete=_unpublish,
    attributes=lambda service_id: {"ServiceId": service_id},
    update=_services.__setitem__,
)
define(
    "AWS::EC2::VPCEndpointServicePermissions",
    create=lambda props: new_id("vpce-svc-perm-"),
    delete=lambda permissions_id, props: None,
    replacing=("ServiceId",),
)


def _refuse_published_load_balancer(arn, _old, new):
    if new is None and any(arn in service["NetworkLoadBalancerArns"] for service in _services.values()):
        raise Refused("ResourceInUse", f"load balancer '{arn}' is currently associated with another service")


around("AWS::ElasticLoadBalancingV2::LoadBalancer", before=_refuse_published_load_balancer)


def _load_balancers_of(service_name):
    return [alb._lbs[arn] for service_id, service in _services.items() if _name_of(service_id) == service_name
            for arn in service["NetworkLoadBalancerArns"]]


def _zones(subnet_ids):
    return [ec2._subnets[subnet_id]["AvailabilityZone"] for subnet_id in subnet_ids]


def _refuse(_endpoint_id, _old, new):
    if new is None or new.get("VpcEndpointType") != "Interface":
        return
    zones = _zones(new["SubnetIds"])
    load_balancers = _load_balancers_of(new["ServiceName"])
    if not load_balancers:
        raise Refused("InvalidServiceName", f"the VPC endpoint service {new['ServiceName']} does not exist")
    if len(set(zones)) < len(zones):
        raise Refused("DuplicateSubnetsInSameZone", f"found another VPC endpoint subnet in the availability zone of {new['SubnetIds']}")
    for zone in set(zones).difference(*(_zones(load_balancer["Subnets"]) for load_balancer in load_balancers)):
        raise Refused("InvalidParameter", f"the VPC endpoint service {new['ServiceName']} does not support the availability zone {zone}")


def _interfaces_of(endpoint_id):
    return [interface for interface in ec2._network_interfaces.values() if interface.get("VpcEndpointId") == endpoint_id]


def _follow_subnets(endpoint_id, _old, new):
    """Interfaces come with subnets and go with them; they survive every other change."""
    subnet_ids = new["SubnetIds"] if new is not None and new.get("VpcEndpointType") == "Interface" else []
    present = _interfaces_of(endpoint_id)
    for interface in present:
        if interface["SubnetId"] not in subnet_ids:
            _remove(interface)
    for subnet_id in set(subnet_ids) - {interface["SubnetId"] for interface in present}:
        _add(endpoint_id, subnet_id)
    for interface in _interfaces_of(endpoint_id):
        interface["Groups"] = [{"GroupId": group_id, "GroupName": group_id} for group_id in new["SecurityGroupIds"]]


def _add(endpoint_id, subnet_id):
    subnet = ec2._subnets[subnet_id]
    interface = {
        "NetworkInterfaceId": new_id("eni-"),
        "SubnetId": subnet_id,
        "VpcId": subnet["VpcId"],
        "AvailabilityZone": subnet["AvailabilityZone"],
        "Description": f"VPC Endpoint Interface {endpoint_id}",
        "OwnerId": get_account_id(),
        "Status": "in-use",
        "PrivateIpAddress": free_address(subnet_id),
        "InterfaceType": "vpc_endpoint",
        "MacAddress": ":".join(f"{random.randrange(256):02x}" for _ in range(6)),
        "Groups": [],
        "VpcEndpointId": endpoint_id,
    }
    ec2._network_interfaces[interface["NetworkInterfaceId"]] = interface
    journal.write("interface-created", endpoint=endpoint_id, address=interface["PrivateIpAddress"])


def _remove(interface):
    del ec2._network_interfaces[interface["NetworkInterfaceId"]]
    journal.write("interface-removed", endpoint=interface["VpcEndpointId"], address=interface["PrivateIpAddress"])


def _interface_ids(endpoint_id):
    """In any order, as EC2 lists them."""
    interfaces = _interfaces_of(endpoint_id)
    return [interface["NetworkInterfaceId"] for interface in random.sample(interfaces, len(interfaces))]


def _service_of(endpoint):
    return next((service_id for service_id in _services if _name_of(service_id) == endpoint["ServiceName"]), None)


def _ask(endpoint_id, old, _new):
    """A new endpoint waits where its service asks; nothing else changes its state."""
    endpoint = ec2._vpc_endpoints.get(endpoint_id)
    if old is None and endpoint is not None:
        service_id = _service_of(endpoint)
        if service_id is not None and f"{_services[service_id].get('AcceptanceRequired')}".lower() == "true":
            endpoint["State"] = "pendingAcceptance"
            journal.write("asked", endpoint=endpoint_id)


def _follow(endpoint_id, old, new):
    _ask(endpoint_id, old, new)
    _follow_subnets(endpoint_id, old, new)


around(
    "AWS::EC2::VPCEndpoint",
    before=_refuse,
    after=_follow,
    attributes=lambda endpoint_id: {"NetworkInterfaceIds": _interface_ids(endpoint_id)},
    replacing=("ServiceName", "ServiceRegion", "VpcEndpointType", "VpcId"),
)


def answers(address, port):
    """Whether something listens behind an address: an accepted endpoint whose service has a listener on the port."""
    for interface in ec2._network_interfaces.values():
        if interface["PrivateIpAddress"] == address and interface.get("VpcEndpointId"):
            endpoint = ec2._vpc_endpoints[interface["VpcEndpointId"]]
            if endpoint["State"] != "available":
                return False
            arns = [load_balancer["LoadBalancerArn"] for load_balancer in _load_balancers_of(endpoint["ServiceName"])]
            return any(listener["LoadBalancerArn"] in arns and listener["Port"] == port for listener in alb._listeners.values())
    return False


def _describe(response, items, xml, id_parameter, records, missing_code, filters):
    """An EC2 action that describes those of the records that ids and filters name."""
    def action(params):
        wanted = ec2._parse_member_list(params, id_parameter)
        asked = ec2._parse_filters(params)
        missing = [each for each in wanted if each not in records]
        if missing:
            return ec2._error(missing_code, f"The {id_parameter} '{', '.join(missing)}' does not exist", 400)
        if not asked.keys() <= filters.keys():
            return ec2._error("InvalidParameterValue", f"The filters {', '.join(asked.keys() - filters.keys())} are invalid", 400)
        found = [record for record_id, record in records.items()
                 if (not wanted or record_id in wanted) and all(record[filters[name]] in values for name, values in asked.items())]
        return ec2._xml(200, response, f"<{items}>{''.join(map(xml, found))}</{items}>")
    return action


def _endpoint_xml_with_interfaces(endpoint):
    interfaces = "".join(f"<item>{interface_id}</item>" for interface_id in _interface_ids(endpoint["VpcEndpointId"]))
    return ec2._vpce_fields_xml(endpoint).removesuffix("</item>") + f"<networkInterfaceIdSet>{interfaces}</networkInterfaceIdSet></item>"


def _service_xml(service_id, service):
    arns = "".join(f"<item>{arn}</item>" for arn in service["NetworkLoadBalancerArns"])
    return (f"<item><serviceId>{service_id}</serviceId><serviceName>{_name_of(service_id)}</serviceName>"
            f"<networkLoadBalancerArnSet>{arns}</networkLoadBalancerArnSet></item>")


def _describe_service_configurations(_params):
    items = "".join(itertools.starmap(_service_xml, _services.items()))
    return ec2._xml(200, "DescribeVpcEndpointServiceConfigurationsResponse", f"<serviceConfigurationSet>{items}</serviceConfigurationSet>")


def _connections():
    return {endpoint_id: {"ServiceId": _service_of(endpoint), **endpoint} for endpoint_id, endpoint in ec2._vpc_endpoints.items()
            if _service_of(endpoint) is not None}


def _connection_xml(connection):
    return (f"<item><serviceId>{connection['ServiceId']}</serviceId><vpcEndpointId>{connection['VpcEndpointId']}</vpcEndpointId>"
            f"<vpcEndpointOwner>{connection['OwnerId']}</vpcEndpointOwner><vpcEndpointState>{connection['State']}</vpcEndpointState></item>")


def _describe_connections(params):
    asked = ec2._parse_filters(params)
    keys = {"service-id": "ServiceId", "vpc-endpoint-state": "State", "vpc-endpoint-owner": "OwnerId", "vpc-endpoint-id": "VpcEndpointId"}
    found = [connection for connection in _connections().values() if all(connection[keys[name]] in values for name, values in asked.items())]
    return ec2._xml(200, "DescribeVpcEndpointConnectionsResponse",
                    f"<vpcEndpointConnectionSet>{''.join(map(_connection_xml, found))}</vpcEndpointConnectionSet>")


def _accept_connections(params):
    refused = []
    for endpoint_id in ec2._parse_member_list(params, "VpcEndpointId"):
        connection = _connections().get(endpoint_id)
        if connection is None or connection["ServiceId"] != ec2._p(params, "ServiceId") or connection["State"] != "pendingAcceptance":
            refused.append(f"<item><resourceId>{endpoint_id}</resourceId><error><code>InvalidState</code><message>not pending here</message></error></item>")
        else:
            ec2._vpc_endpoints[endpoint_id]["State"] = "available"
            journal.write("accepted", endpoint=endpoint_id)
    return ec2._xml(200, "AcceptVpcEndpointConnectionsResponse", f"<unsuccessful>{''.join(refused)}</unsuccessful>")


ec2._ACTION_MAP.update(
    AcceptVpcEndpointConnections=_accept_connections,
    DescribeVpcEndpointConnections=_describe_connections,
    DescribeNetworkInterfaces=_describe(
        "DescribeNetworkInterfacesResponse", "networkInterfaceSet", ec2._eni_fields_xml,
        "NetworkInterfaceId", ec2._network_interfaces, "InvalidNetworkInterfaceID.NotFound",
        {"interface-type": "InterfaceType", "subnet-id": "SubnetId", "vpc-id": "VpcId"}),
    DescribeVpcEndpoints=_describe(
        "DescribeVpcEndpointsResponse", "vpcEndpointSet", _endpoint_xml_with_interfaces,
        "VpcEndpointId", ec2._vpc_endpoints, "InvalidVpcEndpointId.NotFound",
        {"service-name": "ServiceName", "vpc-endpoint-id": "VpcEndpointId", "vpc-id": "VpcId"}),
    DescribeVpcEndpointServiceConfigurations=_describe_service_configurations,
)
