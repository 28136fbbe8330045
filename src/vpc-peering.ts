import { aws_ec2 as ec2, Annotations, ArnFormat, CfnResource, Stack, Tags, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { checkCidrBlocks, overlap } from './private/cidr';
import { differenceFrom } from './private/environment';
import { resolvedPaths, resourcesOfStage } from './private/identity';
import { checkKind } from './private/kinds';
import { invalid } from './private/validate';
import { isPendingVpc, writtenCidrBlocks } from './private/vpc-attributes';
import { VpcPeeringRoutes } from './vpc-peering-routes';

/** Properties of `VpcPeering`. */
export interface VpcPeeringProps {
  /**
   * The VPC that asks for the connection, in the account and Region of this stack. With another VPC a new connection is made beside the old one.
   */
  readonly vpc: ec2.IVpc;

  /**
   * The VPC on the other side, whose addresses must not overlap with those of `vpc`. With another VPC a new connection is made beside the old one.
   *
   * In the same account and Region it gets its routes here. For a VPC elsewhere, import it with its Region and `vpcCidrBlock`, and give `peerRoleArn` where the account is
   * another; its routes are then made over there, with `VpcPeeringRoutes`.
   */
  readonly peerVpc: ec2.IVpc;

  /**
   * The subnets of `vpc` that reach the other side and are reached from there. Their route tables must be known. A subnet that is left out loses its route at once.
   *
   * @default - all subnets: public, private and isolated
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The subnets of `peerVpc` that reach this side and are reached from here, as `vpcSubnets`. An error where `peerVpc` is elsewhere: its routes are made over there.
   *
   * @default - all subnets, where both VPCs are in one account and Region
   */
  readonly peerVpcSubnets?: ec2.SubnetSelection;

  /**
   * The address blocks of `vpc` to which the other side gets routes, IPv4 or IPv6. Blocks of the two sides that overlap are an error; a secondary block of the app that is not
   * named is a warning.
   *
   * @default - the primary IPv4 block
   */
  readonly cidrBlocks?: string[];

  /**
   * The address blocks of `peerVpc` to which this side gets routes, IPv4 or IPv6, as `cidrBlocks`.
   *
   * @default - the primary IPv4 block
   */
  readonly peerCidrBlocks?: string[];

  /**
   * The ARN of a role in the account of `peerVpc` that accepts the connection there. The account is that of the role.
   *
   * @default - both VPCs belong to one account
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/peer-with-vpc-in-another-account.html
   */
  readonly peerRoleArn?: string;
}

/**
 * A peering connection between two VPCs, and the routes of both sides: one for each route table of the chosen subnets and each address block of the other VPC.
 *
 * Two VPCs have one connection: the id of this construct, its stack, `vpc`, `peerVpc` and `peerRoleArn` cannot be changed while it exists, because the new one would be
 * made beside the old one. Remove the peering, deploy, and add it again, which interrupts the traffic between the VPCs.
 *
 * Routes let nobody in: that is for security groups, `clients` of an `InternalAlb` for instance. An Application Load Balancer is reached by its name without the DNS option
 * of the connection, because the name resolves to private addresses everywhere. The connection is free, and so is its traffic within a zone; traffic between zones and Regions is billed.
 *
 * @example
 * declare const foo: ec2.Vpc;
 * declare const bar: ec2.Vpc;
 *
 * new VpcPeering(this, 'FooBar', { vpc: foo, peerVpc: bar });
 *
 * @see https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html
 */
export class VpcPeering extends Construct {
  /** The id of the peering connection, `pcx-…`. */
  public readonly peeringConnectionId: string;

  /**
   * @param scope the stack of the connection, or a construct in it: that of both VPCs, or, where these have a stack each, a third one
   * @param id the id of the construct. It is part of logical ids
   * @param props which VPCs, and which of their subnets
   */
  constructor(scope: Construct, id: string, props: VpcPeeringProps) {
    super(scope, id);
    const { vpc, peerVpc, peerRoleArn } = props;
    checkKind(this, 'vpc', vpc, 'vpc');
    checkKind(this, 'peerVpc', peerVpc, 'vpc');
    const elsewhere = this.elsewhere(props);
    this.validate(props, elsewhere !== undefined);
    const cidrBlocks = this.blocks('cidrBlocks', props.cidrBlocks, 'vpc', vpc);
    const peerCidrBlocks = this.blocks('peerCidrBlocks', props.peerCidrBlocks, 'peerVpc', peerVpc);
    this.refuseOverlap([...cidrBlocks, ...writtenCidrBlocks(vpc)], [...peerCidrBlocks, ...writtenCidrBlocks(peerVpc)]);

    const connection = new ec2.CfnVPCPeeringConnection(this, 'Connection', { vpcId: vpc.vpcId, peerVpcId: peerVpc.vpcId, peerRoleArn, ...elsewhere });
    Tags.of(this).add('Name', this.node.path.slice(-256));
    this.node.addValidation({ validate: () => this.secondPeering(connection) });
    this.peeringConnectionId = connection.attrId;

    const { peeringConnectionId } = this;
    new VpcPeeringRoutes(this, 'Routes', { vpc, vpcSubnets: props.vpcSubnets, peerCidrBlocks, peeringConnectionId });
    if (!elsewhere) {
      new VpcPeeringRoutes(this, 'PeerRoutes', { vpc: peerVpc, vpcSubnets: props.peerVpcSubnets, peerCidrBlocks: cidrBlocks, peeringConnectionId });
    }
  }

  /** What CloudFormation must be told of a peer in another account or Region; nothing where both are in one. */
  private elsewhere({ peerVpc, peerRoleArn }: VpcPeeringProps): { peerOwnerId?: string; peerRegion?: string } | undefined {
    const here = Stack.of(this);
    if (peerRoleArn !== undefined && !Token.isUnresolved(peerRoleArn) && !/^arn:[\w-]+:iam::\d{12}:role\/./.test(peerRoleArn)) {
      throw invalid(this, `'peerRoleArn' must be the ARN of a role, such as 'arn:aws:iam::222222222222:role/AcceptPeering', got: '${peerRoleArn}'.`);
    }
    const roleAccount = peerRoleArn === undefined ? undefined : here.splitArn(peerRoleArn, ArnFormat.SLASH_RESOURCE_NAME).account;
    const peerRegion = this.other('Region', peerVpc.env.region, here.region);
    const peerAccount = this.other('account', peerVpc.env.account, here.account);
    if (peerAccount !== undefined && peerRoleArn === undefined) {
      throw invalid(this, `'peerVpc' belongs to account ${peerAccount}, and this stack to ${here.account}. Give 'peerRoleArn', a role over there that accepts the connection.`);
    }
    if (roleAccount === undefined && peerRegion === undefined) { return undefined; }
    if (roleAccount === here.account) {
      throw invalid(this, `'peerRoleArn' names a role of account ${roleAccount}, the account of this stack. Leave it out where both VPCs belong to one account; `
        + 'otherwise name a role of the other account.');
    }
    if (peerAccount !== undefined && !Token.isUnresolved(roleAccount) && roleAccount !== peerAccount) {
      throw invalid(this, `'peerRoleArn' names a role of account ${roleAccount}, and 'peerVpc' belongs to ${peerAccount}. Name a role of the account of the VPC.`);
    }
    return { peerOwnerId: roleAccount, peerRegion };
  }

  /** The peer's account or Region, where it is not ours. */
  private other(what: string, theirs: string, ours: string): string | undefined {
    const comparison = Token.compareStrings(theirs, ours);
    if (comparison === TokenComparison.ONE_UNRESOLVED) {
      const [known, unknown] = Token.isUnresolved(theirs) ? ['this stack', "'peerVpc'"] : ["'peerVpc'", 'this stack'];
      throw invalid(this, `the ${what} of ${known} is known, ${Token.isUnresolved(theirs) ? ours : theirs}, and that of ${unknown} is not. `
        + "Give both stacks an 'env' with account and Region, so that it is clear whether the VPCs are in one.");
    }
    return comparison === TokenComparison.DIFFERENT ? theirs : undefined;
  }

  private validate({ vpc, peerVpc, peerVpcSubnets }: VpcPeeringProps, elsewhere: boolean): void {
    const here = Stack.of(this);
    if (vpc === peerVpc || (resolvedPaths(this, vpc.vpcId) === resolvedPaths(this, peerVpc.vpcId) && !isPendingVpc(vpc.vpcId))) {
      throw invalid(this, `'vpc' and 'peerVpc' are one VPC, ${vpc.node.path}. A VPC needs no peering with itself; give another one.`);
    }
    const foreign = differenceFrom(this, vpc.env);
    if (foreign) {
      throw invalid(this, `'vpc' must be in the ${foreign} of this stack, ${here[foreign]}, got: ${vpc.env[foreign]}. `
        + "Exchange 'vpc' and 'peerVpc', or make the peering in a stack over there.");
    }
    if (elsewhere && peerVpcSubnets) {
      throw invalid(this, "'peerVpcSubnets' must not be set for a VPC in another account or Region, whose routes cannot be made from here. "
        + 'Leave it out, and make them over there with VpcPeeringRoutes.');
    }
    const [stack, peerStack] = [vpc, peerVpc].map(stackThatMakes);
    if (peerStack && differenceFrom(this, peerStack) === 'account') {
      throw invalid(this, `'peerVpc' is made in ${peerStack.node.path}, in account ${peerStack.account}, from which CloudFormation hands over no ids. `
        + "Deploy it first, and import it by its id: ec2.Vpc.fromVpcAttributes(this, 'Peer', { vpcId, vpcCidrBlock, availabilityZones }).");
    }
    const apart = stack && peerStack && outermost(stack) !== outermost(peerStack);
    if (!elsewhere && apart && [stack, peerStack].some(each => outermost(each) === outermost(here))) {
      throw invalid(this, `'vpc' and 'peerVpc' are made in two stacks, ${stack.node.path} and ${peerStack.node.path}, and the peering in one of them, `
        + 'which would then depend on the other and could not be depended on. Make the peering in a third stack.');
    }
  }

  private blocks(prop: string, given: string[] | undefined, vpcProp: string, vpc: ec2.IVpc): string[] {
    checkCidrBlocks(this, prop, given, `Leave it out to route the primary block of '${vpcProp}'.`);
    if (given) { return given; }
    const primary = writtenCidrBlocks(vpc);
    if (primary.length === 0) {
      throw invalid(this, `'${prop}' is missing, and its default, the primary block of ${vpc.node.path}, is not known: the VPC was imported without it. `
        + `Give '${prop}', or 'vpcCidrBlock' to Vpc.fromVpcAttributes().`);
    }
    this.node.addValidation({ validate: () => this.warnOfSecondaryBlocks(prop, vpc) });
    return primary;
  }

  /** At synth, because blocks may be added until then. */
  private warnOfSecondaryBlocks(prop: string, vpc: ec2.IVpc): string[] {
    const secondary = resourcesOfStage(this, ec2.CfnVPCCidrBlock)
      .filter(block => block.cidrBlock !== undefined && resolvedPaths(block, block.vpcId) === resolvedPaths(this, vpc.vpcId));
    if (secondary.length > 0) {
      Annotations.of(this).addWarningV2('cdk-alb-privatelink:secondaryCidrBlock',
        `${vpc.node.path} has more address blocks than the primary one (${secondary.map(block => block.cidrBlock).join(', ')}), to which the other side gets no route. `
        + `Name in '${prop}' all blocks that it is to reach.`);
    }
    return [];
  }

  /** Another connection of the same two VPCs, of which EC2 makes one only. */
  private secondPeering(connection: ec2.CfnVPCPeeringConnection): string[] {
    const pairOf = ({ vpcId, peerVpcId }: ec2.CfnVPCPeeringConnection) => [vpcId, peerVpcId].map(id => resolvedPaths(connection, id)).sort().join();
    if (isPendingVpc(connection.vpcId) || isPendingVpc(connection.peerVpcId)) { return []; }
    return resourcesOfStage(this, ec2.CfnVPCPeeringConnection).filter(other => other !== connection && pairOf(other) === pairOf(connection))
      .map(other => `'vpc' and 'peerVpc' are peered already, by ${other.node.path}, and EC2 makes one connection of two VPCs. Remove one of them.`);
  }

  private refuseOverlap(cidrBlocks: string[], peerCidrBlocks: string[]): void {
    const [block, peerBlock] = overlap(cidrBlocks, peerCidrBlocks) ?? [];
    if (block !== undefined) {
      throw invalid(this, `${block} of 'vpc' and ${peerBlock} of 'peerVpc' overlap, and AWS does not peer such VPCs. Give one of them another block, or use PrivateLink, `
        + 'which does not mind: NlbEndpointService.');
    }
  }
}

/** Nested stacks and the stack around them may read from each other. */
function outermost(stack: Stack): Stack {
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
}

/** Nothing for what is imported. */
function stackThatMakes({ node: { defaultChild } }: IConstruct): Stack | undefined {
  return defaultChild && CfnResource.isCfnResource(defaultChild) ? Stack.of(defaultChild) : undefined;
}
