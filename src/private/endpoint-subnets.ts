import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allConcrete, invalid } from './validate';
import { IEndpointService } from '../endpoint-service';

/** The subnets for an endpoint: one a zone, in the zones that load balancer and service share, as far as their names can be compared. */
export function endpointSubnets(
  scope: Construct, vpc: ec2.IVpc, selection: ec2.SubnetSelection | undefined, albZones: string[] | undefined, service: IEndpointService,
): ec2.ISubnet[] {
  const selected = vpc.selectSubnets({ onePerAz: true, ...selection });
  if (selected.isPendingLookup) { return selected.subnets; }
  // zones of one VPC compare also while their names are not known
  const besideAlb = selected.subnets.filter(subnet => albZones?.includes(subnet.availabilityZone) ?? true);
  if (besideAlb.length === 0) {
    throw invalid(scope, `'endpointSubnets' and the load balancer have no zone in common: ${list(zonesOf(selected.subnets))} and ${list(albZones!)}. `
      + 'Select subnets in the zones of the load balancer, which sends nothing to targets elsewhere.');
  }
  const zones = zonesOf(besideAlb);
  if (!allConcrete(zones) || !allConcrete(service.availabilityZones) || !sameNames(scope, service)) { return besideAlb; }
  const shared = besideAlb.filter(subnet => service.availabilityZones!.includes(subnet.availabilityZone));
  if (shared.length === 0) {
    throw invalid(scope, `service ${nameOf(service)} and the endpoints' subnets have no zone in common: ${list(service.availabilityZones)} and ${list(zones)}. `
      + 'Select endpoint subnets in the zones of the service, or add a zone to its Network Load Balancer.');
  }
  return shared;
}

/** Zone names mean the same within one stack (those of an imported service are the consumer's), and in stacks of one account and Region. */
function sameNames(scope: Construct, service: IEndpointService): boolean {
  const here = Stack.of(scope);
  if (Construct.isConstruct(service) && Stack.of(service) === here) {
    return service.region === undefined || Token.isUnresolved(here.region) || service.region === here.region;
  }
  return service.account === here.account && service.region === here.region;
}

function zonesOf(subnets: ec2.ISubnet[]): string[] {
  return [...new Set(subnets.map(subnet => subnet.availabilityZone))];
}

function list(zones: string[]): string {
  return zones.length === 0 ? 'none' : zones.join(', ');
}

function nameOf(service: IEndpointService): string {
  return Construct.isConstruct(service) ? service.node.path : service.name;
}
