import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** Subnets, their zones, and whether both are made up until a look-up in the account is done. */
export interface OnePerZone {
  readonly subnets: ec2.ISubnet[];
  readonly zones: string[];
  readonly isPendingLookup: boolean;
}

/** The subnets that a selection finds, the first of each zone: load balancers and endpoints take one a zone, and the CDK leaves a list of subnets as it is. */
export function onePerZone(vpc: ec2.IVpc, selection: ec2.SubnetSelection | undefined): OnePerZone {
  const { subnets, isPendingLookup } = vpc.selectSubnets({ onePerAz: true, ...selection });
  const first = new Map<string, ec2.ISubnet>();
  for (const subnet of subnets) {
    if (!first.has(subnet.availabilityZone)) { first.set(subnet.availabilityZone, subnet); }
  }
  return { subnets: [...first.values()], zones: [...first.keys()], isPendingLookup: isPendingLookup ?? false };
}
