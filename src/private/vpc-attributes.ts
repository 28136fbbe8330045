import { aws_ec2 as ec2, Token } from 'aws-cdk-lib';

/** The id and the block that all VPCs have while a look-up in the account is pending. */
const PENDING_VPC_ID = 'vpc-12345';
const PENDING_CIDR_BLOCK = '1.2.3.4/5';

/** The primary IPv4 block of a VPC; nothing where it was imported without one. */
export function vpcCidrBlock(vpc: ec2.IVpc): string | undefined {
  try {
    return vpc.vpcCidrBlock;
  } catch {
    return undefined;
  }
}

/** The same, as it is written where the VPC is made, so that it can be compared and read in other accounts and Regions; none where it is not known. */
export function writtenCidrBlocks(vpc: ec2.IVpc): string[] {
  const resource = vpc.node.defaultChild;
  const block = (resource instanceof ec2.CfnVPC ? resource.cidrBlock : undefined) ?? vpcCidrBlock(vpc);
  return block === undefined ? [] : [block];
}

/** Whether two VPCs of the app are not one; imported ones may be. */
export function areDifferentVpcs(one: ec2.IVpc | undefined, other: ec2.IVpc): boolean {
  return one instanceof ec2.Vpc && other instanceof ec2.Vpc && one !== other;
}

/** Whether a VPC, by its id or by its block, is made up until a look-up in the account is done. */
export function isPendingVpc(idOrCidrBlock: string): boolean {
  return idOrCidrBlock === PENDING_VPC_ID || idOrCidrBlock === PENDING_CIDR_BLOCK;
}

/** Whether a value stands for all elements of a list whose length is known at deployment only. */
export function isListElement(value: string): boolean {
  return Token.isUnresolved([value]) && !Token.isUnresolved(value);
}
