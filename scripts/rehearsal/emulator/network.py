"""VPCs and what stands in them: instances, rules of security groups, routes, peering."""
import ipaddress
import json
import random
import string

from ministack.services import alb, ec2, ssm
from ministack.services.cloudformation import provisioners

from cloudformation import Refused, around, define

ssm._PUBLIC_AMI_PARAMETERS["/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64"] = "ami-0123456789abcdef0"


def new_id(prefix):
    """An id as EC2 gives them."""
    return prefix + "".join(random.choices(string.hexdigits[:16], k=17))


def free_address(subnet_id):
    """Any free address of a subnet, as EC2 picks them; the first four belong to AWS."""
    subnet = ec2._subnets[subnet_id]
    holders = [*ec2._instances.values(), *ec2._network_interfaces.values()]
    used = {holder["PrivateIpAddress"] for holder in holders if holder["SubnetId"] == subnet_id}
    addresses = [str(address) for address in ipaddress.ip_network(subnet["CidrBlock"]).hosts()][3:]
    return random.choice([address for address in addresses if address not in used])


def _launch(props):
    address = free_address(props["SubnetId"])
    [instance] = ec2._launch_instances_internal(
        props["ImageId"], props["InstanceType"], props["SubnetId"], 1, sg_ids=props["SecurityGroupIds"], requested_private_ip=address)
    ec2._tags[instance["InstanceId"]] = props.get("Tags", [])
    return instance["InstanceId"]


def _instance_attributes(instance_id):
    instance = ec2._instances[instance_id]
    return {"InstanceId": instance_id, "PrivateIp": instance["PrivateIpAddress"], "PrivateDnsName": instance["PrivateDnsName"]}


define(
    "AWS::EC2::Instance",
    create=_launch,
    delete=lambda instance_id, props: ec2._discard_instance_records(ec2._instances[instance_id]),
    attributes=_instance_attributes,
    replacing=("AvailabilityZone", "ImageId", "SubnetId"),
)


def _define_rule(resource_type, permissions):
    def text(permission):
        return json.dumps(ec2._strip_descriptions(permission), sort_keys=True)

    def authorize(props):
        present = ec2._security_groups[props["GroupId"]][permissions]
        [permission] = provisioners._ec2_sg_permissions([props])
        if text(permission) in map(text, present):
            raise Refused("InvalidPermission.Duplicate", f"the specified rule {text(permission)} already exists")
        present.append(permission)
        return new_id("sgr-")

    def revoke(_rule_id, props):
        present = ec2._security_groups[props["GroupId"]][permissions]
        [permission] = provisioners._ec2_sg_permissions([props])
        present[:] = [each for each in present if text(each) != text(permission)]

    replacing = (
        "GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId",
        "SourcePrefixListId", "DestinationPrefixListId",
    )
    define(resource_type, authorize, revoke, attributes=lambda rule_id: {"Id": rule_id}, replacing=replacing)


_define_rule("AWS::EC2::SecurityGroupIngress", "IpPermissions")
_define_rule("AWS::EC2::SecurityGroupEgress", "IpPermissionsEgress")


def _peer(props):
    for peering in ec2._vpc_peering.values():
        if {peering["RequesterVpcInfo"]["VpcId"], peering["AccepterVpcInfo"]["VpcId"]} == {props["VpcId"], props["PeerVpcId"]}:
            raise Refused("VpcPeeringConnectionAlreadyExists", f"{props['VpcId']} and {props['PeerVpcId']} are peered already")
    known = set(ec2._vpc_peering)
    ec2._create_vpc_peering_connection({name: [props[name]] for name in ("VpcId", "PeerVpcId")})
    [peering_id] = set(ec2._vpc_peering) - known
    ec2._set_vpc_peering_status(ec2._vpc_peering[peering_id], "active", "Active")
    return peering_id


define(
    "AWS::EC2::VPCPeeringConnection",
    create=_peer,
    delete=lambda peering_id, props: ec2._vpc_peering.pop(peering_id),
    attributes=lambda peering_id: {"Id": peering_id},
    replacing=("VpcId", "PeerVpcId", "PeerOwnerId", "PeerRegion"),
)


def _refuse_second_route(physical_id, _old, new):
    if physical_id is None:
        destination, block = provisioners._ec2_route_destination(new)
        if any(route.get(destination) == block for route in ec2._route_tables[new["RouteTableId"]]["Routes"]):
            raise Refused("RouteAlreadyExists", f"the route identified by {block} already exists")


around("AWS::EC2::Route", before=_refuse_second_route, replacing=("RouteTableId", "DestinationCidrBlock"))
around("AWS::EC2::VPC", attributes=lambda vpc_id: {"CidrBlock": ec2._vpcs[vpc_id]["CidrBlock"]})


def _refuse_while_held(kind, is_held_by):
    def refuse(physical_id, _old, new):
        holders = [*ec2._instances.values(), *ec2._network_interfaces.values(), *alb._lbs.values()]
        if new is None and any(is_held_by(holder, physical_id) for holder in holders):
            raise Refused("DependencyViolation", f"the {kind} '{physical_id}' has dependencies and cannot be deleted")
    return refuse


def _groups_of(holder):
    groups = [*holder.get("Groups", []), *holder.get("SecurityGroups", [])]
    return [group if isinstance(group, str) else group["GroupId"] for group in groups]


around("AWS::EC2::Subnet", before=_refuse_while_held(
    "subnet", lambda holder, subnet_id: subnet_id in (holder.get("SubnetId"), *holder.get("Subnets", []))))
around("AWS::EC2::SecurityGroup", replacing=("GroupDescription", "GroupName", "VpcId"), before=_refuse_while_held(
    "security group", lambda holder, group_id: group_id in _groups_of(holder)))
