import { aws_ec2 as ec2, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkCidrBlocks, isIpv6Block, overlap } from './private/cidr';
import { idOfValue, resolvedPaths, resourcesOfStage } from './private/identity';
import { checkKind } from './private/kinds';
import { selectSubnets } from './private/one-per-zone';
import { invalid } from './private/validate';
import { isListElement, isPendingVpc, writtenCidrBlocks } from './private/vpc-attributes';

/** Properties of `VpcPeeringRoutes`. */
export interface VpcPeeringRoutesProps {
  /**
   * The VPC whose route tables get the routes. An imported one must be imported with its route tables.
   */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets of `vpc` from which the other VPC is reached, or which it reaches: both directions need a route. A subnet that is left out loses its route at once.
   *
   * @default - all subnets: public, private and isolated
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The address blocks of the other VPC, IPv4 or IPv6, at least one. An error where one overlaps with `vpc`, or where a table has a route to it already.
   */
  readonly peerCidrBlocks: string[];

  /**
   * The id of the peering connection, `pcx-…`. Changed in place.
   */
  readonly peeringConnectionId: string;
}

/**
 * The routes of one side of a VPC peering connection: one for each route table of the subnets and each address block of the other VPC.
 *
 * `VpcPeering` makes those of both sides where it can. This is for the other side in another account or Region, in a stack over there. Routes are free, and changed
 * without an interruption of others.
 *
 * @example
 * declare const bar: ec2.Vpc;
 *
 * new VpcPeeringRoutes(this, 'ToFoo', {
 *   vpc: bar,
 *   peerCidrBlocks: ['10.2.0.0/16'],
 *   peeringConnectionId: 'pcx-0123456789abcdef0',
 * });
 *
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
 */
export class VpcPeeringRoutes extends Construct {
  /**
   * @param scope the stack of the routes, or a construct in it
   * @param id the id of the construct. It is part of logical ids
   * @param props which subnets reach what
   */
  constructor(scope: Construct, id: string, props: VpcPeeringRoutesProps) {
    super(scope, id);
    checkKind(this, 'vpc', props.vpc, 'vpc');
    this.validate(props);

    const routes = [...this.routeTables(props)].flatMap(routeTableId => [...new Set(props.peerCidrBlocks)].map(block =>
      new ec2.CfnRoute(this, `${idOfValue(this, routeTableId)}To${Token.isUnresolved(block) ? idOfValue(this, block) : block}`, {
        routeTableId,
        vpcPeeringConnectionId: props.peeringConnectionId,
        ...isIpv6Block(this, block) ? { destinationIpv6CidrBlock: block } : { destinationCidrBlock: block },
      })));
    this.node.addValidation({ validate: () => this.twice(routes) });
  }

  /** Routes of others to the same blocks in the same tables, which EC2 refuses in the middle of a deployment. */
  private twice(routes: ec2.CfnRoute[]): string[] {
    const blockOf = (route: ec2.CfnRoute) => route.destinationCidrBlock ?? route.destinationIpv6CidrBlock ?? '';
    const keyOf = (route: ec2.CfnRoute) => resolvedPaths(route, [route.routeTableId, blockOf(route)]);
    const ours = new Set(routes.filter(route => !isPendingVpc(blockOf(route))).map(keyOf));
    return resourcesOfStage(this, ec2.CfnRoute).filter(route => !routes.includes(route) && ours.has(keyOf(route))).map(route =>
      `'peerCidrBlocks' has ${blockOf(route)}, to which a route table has a route already: ${route.node.path}. A table takes one route to a block; `
      + 'two VPCs that one VPC is peered with must not have the same addresses. Name other blocks, or remove that route.');
  }

  private validate({ vpc, peerCidrBlocks, peeringConnectionId }: VpcPeeringRoutesProps): void {
    checkCidrBlocks(this, 'peerCidrBlocks', peerCidrBlocks, "Name the address blocks of the other VPC, such as '10.2.0.0/16'.");
    if (!Token.isUnresolved(peeringConnectionId) && !/^pcx-\w+$/.test(peeringConnectionId)) {
      throw invalid(this, `'peeringConnectionId' must be the id of a peering connection, such as 'pcx-0123456789abcdef0', got: '${peeringConnectionId}'.`);
    }
    const [own, other] = overlap(writtenCidrBlocks(vpc), peerCidrBlocks) ?? [];
    if (own !== undefined) {
      throw invalid(this, `'peerCidrBlocks' has ${other}, which overlaps with ${own} of ${vpc.node.path}. Name the blocks of the other VPC; where these overlap, `
        + 'AWS does not peer the VPCs: give one of them another block, or use PrivateLink, which does not mind: NlbEndpointService.');
    }
  }

  /** The route tables, each once however many subnets share it. */
  private routeTables({ vpc, vpcSubnets }: VpcPeeringRoutesProps): Set<string> {
    const { subnets, isPendingLookup } = vpcSubnets ? selectSubnets(this, 'vpcSubnets', vpc, vpcSubnets)
      : { subnets: [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets], isPendingLookup: false };
    if (subnets.length === 0 && !isPendingLookup) {
      throw invalid(this, `'vpcSubnets' selects no subnet of ${vpc.node.path}. Select others, or, where the VPC was imported without its subnets, import it with them and their `
        + "route tables, such as 'privateSubnetIds' and 'privateSubnetRouteTableIds', or look it up with Vpc.fromLookup().");
    }
    const vpcId = resolvedPaths(this, vpc.vpcId);
    return new Set(subnets.map(subnet => {
      const resource = subnet.node.defaultChild;
      if (resource instanceof ec2.CfnSubnet && resolvedPaths(this, resource.vpcId) !== vpcId) {
        throw invalid(this, `'vpcSubnets' has ${subnet.node.path}, which is no subnet of ${vpc.node.path}. Select subnets of this VPC.`);
      }
      const routeTableId: string | undefined = subnet.routeTable.routeTableId;
      if (!routeTableId) {
        throw invalid(this, `'vpc' has ${subnet.node.path}, whose route table is not known: it was imported without one. Give its id to Vpc.fromVpcAttributes(), `
          + "'privateSubnetRouteTableIds' for instance, look the VPC up with Vpc.fromLookup(), or select other subnets.");
      }
      if (isListElement(routeTableId)) {
        throw invalid(this, `'vpc' is ${vpc.node.path}, whose route tables are a list whose length is known at deployment only. `
          + "Say how many there are: Fn.split(',', value, 2), with as many 'availabilityZones'.");
      }
      return routeTableId;
    }));
  }
}
