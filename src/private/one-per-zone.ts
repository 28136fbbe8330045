import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid } from './validate';

/** Subnets, their zones, and whether both are made up until a look-up in the account is done. */
export interface OnePerZone {
  readonly subnets: ec2.ISubnet[];
  readonly zones: string[];
  readonly isPendingLookup: boolean;
}

/** The subnets that a selection finds, the first of each zone: load balancers and endpoints take one a zone, and the CDK leaves a list of subnets as it is. */
export function onePerZone(scope: IConstruct, prop: string, vpc: ec2.IVpc, selection: ec2.SubnetSelection | undefined): OnePerZone {
  const { subnets, isPendingLookup } = selectSubnets(scope, prop, vpc, { onePerAz: true, ...selection });
  const first = new Map<string, ec2.ISubnet>();
  for (const subnet of subnets) {
    if (!first.has(subnet.availabilityZone)) { first.set(subnet.availabilityZone, subnet); }
  }
  return { subnets: [...first.values()], zones: [...first.keys()], isPendingLookup: isPendingLookup ?? false };
}

/** The subnets that a selection finds. The CDK says of a selection that fits no VPC what is wrong with it, but neither where nor in which prop. */
export function selectSubnets(scope: IConstruct, prop: string, vpc: ec2.IVpc, selection: ec2.SubnetSelection): ec2.SelectedSubnets {
  try {
    return vpc.selectSubnets(selection);
  } catch (error) {
    throw invalid(scope, `'${prop}' must select subnets of ${vpc.node.path}, got: ${described(selection)}. ${(error as Error).message}`);
  }
}

function described(selection: ec2.SubnetSelection): string {
  return JSON.stringify(selection, (key, value) => key === 'subnets' || key === 'subnetFilters' ? `${value.length}` : value);
}
