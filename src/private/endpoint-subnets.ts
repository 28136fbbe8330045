import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { readableName } from './identity';
import { onePerZone } from './one-per-zone';
import { areKnownZones, invalid } from './validate';
import { IEndpointService } from '../endpoint-service';

/** The subnets for an endpoint: one a zone, in the zones that load balancer and service share, as far as their names can be compared. */
export function endpointSubnets(
  scope: Construct, vpc: ec2.IVpc, selection: ec2.SubnetSelection | undefined, albZones: string[] | undefined, service: IEndpointService,
): ec2.ISubnet[] {
  const { subnets, isPendingLookup } = onePerZone(scope, 'endpointSubnets', vpc, selection);
  if (isPendingLookup) { return subnets; }
  // zones of one VPC compare also while their names are not known
  const besideAlb = subnets.filter(subnet => albZones?.includes(subnet.availabilityZone) ?? true);
  if (besideAlb.length === 0) {
    throw invalid(scope, `'endpointSubnets' and the load balancer have no zone in common: ${list(zonesOf(subnets))} and ${list(albZones!)}. `
      + 'Select subnets in the zones of the load balancer, which sends nothing to targets elsewhere.');
  }
  const zones = zonesOf(besideAlb);
  if (!areKnownZones(zones) || !areKnownZones(service.availabilityZones) || !sameNames(scope, service)) { return besideAlb; }
  const shared = besideAlb.filter(subnet => service.availabilityZones!.includes(subnet.availabilityZone));
  if (shared.length === 0) {
    throw invalid(scope, `'service' is ${readableName(service)}, which has no zone in common with the endpoints' subnets: ${list(service.availabilityZones)} and ${list(zones)}. `
      + 'Select endpoint subnets in the zones of the service, or add a zone to its Network Load Balancer.');
  }
  return shared;
}

/** The zones of a load balancer that is made elsewhere in the app, by its subnets; not known of an imported one. */
export function zonesOfListener(listener: elbv2.IApplicationListener, vpc: ec2.IVpc): string[] | undefined {
  const loadBalancer = listener instanceof elbv2.ApplicationListener ? listener.loadBalancer.node.defaultChild : undefined;
  const ids = loadBalancer instanceof elbv2.CfnLoadBalancer ? loadBalancer.subnets ?? [] : [];
  const zones = [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets].filter(({ subnetId }) => ids.includes(subnetId))
    .map(subnet => subnet.availabilityZone);
  return zones.length > 0 ? zones : undefined;
}

/** Zone names mean the same within one stack, and in stacks of one account and Region; those of an imported service are the consumer's. */
function sameNames(scope: Construct, service: IEndpointService): boolean {
  const here = Stack.of(scope);
  const isElsewhere = service.region !== undefined && !Token.isUnresolved(here.region) && service.region !== here.region;
  const there = Construct.isConstruct(service) ? Stack.of(service) : service;
  const isKnown = !Token.isUnresolved(here.account) && !Token.isUnresolved(here.region);
  const sameEnvironment = isKnown && there.account === here.account && there.region === here.region;
  return !isElsewhere && (there === here || sameEnvironment);
}

function zonesOf(subnets: ec2.ISubnet[]): string[] {
  return subnets.map(subnet => subnet.availabilityZone);
}

function list(zones: string[]): string {
  return zones.length === 0 ? 'none' : zones.join(', ');
}
