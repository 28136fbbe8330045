"""Private hosted zones: which VPCs see them."""
from ministack.services import route53

from cloudformation import Refused, around


def _name_of(props):
    return route53._normalise_name(props["Name"])


def _refuse_conflict(zone_id, _old, new):
    for vpc in (new or {}).get("VPCs", []):
        if route53._same_name_zone_with_vpc(_name_of(new), vpc, exclude_id=zone_id or ""):
            raise Refused("ConflictingDomainExists", f"{vpc['VPCId']} sees another zone {_name_of(new)} already")


def _associate(zone_id, _old, new):
    if new is not None:
        route53._zones[zone_id].update(private="VPCs" in new, vpcs=new.get("VPCs", []))


around("AWS::Route53::HostedZone", before=_refuse_conflict, after=_associate, replacing=("Name",))
