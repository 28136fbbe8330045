import { aws_ec2 as ec2, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import type { DestinationOf, Named, SourceOf } from './contract';
import { range } from './model/address';
import { invalid } from '../private/validate';

/** A path that must be there, or that must not. */
export interface ReachabilityStatement {
  /** Who sends. */
  readonly source: ReachabilitySource;

  /** Who is to be reached. */
  readonly destination: ReachabilityDestination;

  /**
   * The port of the destination, 1 to 65535.
   *
   * @default - all ports that a load balancer or service listens on; for a workload any port
   */
  readonly port?: number;
}

const WORKLOADS = ['AWS::EC2::Instance', 'AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service', 'AWS::Lambda::Function', 'AWS::EC2::NetworkInterface'];

/** Who sends the requests that a statement speaks of. */
export class ReachabilitySource {
  /**
   * An instance, an Auto Scaling group, an ECS service or a Lambda function in a VPC, with its own security groups and subnets. Throws for what is imported, or for a
   * construct that holds none of these, or several.
   *
   * @param construct what sends, or the one construct that makes it
   */
  public static workload(construct: IConstruct): ReachabilitySource {
    return new ReachabilitySource(scope => ({ kind: 'workload', resource: named(scope, 'ReachabilitySource.workload(…)', construct, WORKLOADS, 'ReachabilitySource.cidr(…)') }));
  }

  /**
   * Anything in a VPC. In `expect` it is enough that one of the VPC's subnets reaches the destination, with `vpcSubnets` each of these has to; what the sender's own security group lets out is not looked
   * at. In `forbid` nothing in the VPC may reach it. Throws for a VPC that is not made in the app: name its addresses with `cidr`.
   *
   * @param vpc the VPC
   * @param vpcSubnets each of these subnets. By default any subnet
   */
  public static vpc(vpc: ec2.IVpc, vpcSubnets?: ec2.SubnetSelection): ReachabilitySource {
    return new ReachabilitySource(scope => {
      const resource = named(scope, 'ReachabilitySource.vpc(…)', vpc, ['AWS::EC2::VPC'], 'ReachabilitySource.cidr(…)');
      const subnets = vpcSubnets
        && vpc.selectSubnets(vpcSubnets).subnets.map(subnet => named(scope, 'ReachabilitySource.vpc(…)', subnet, ['AWS::EC2::Subnet'], 'ReachabilitySource.cidr(…)'));
      if (subnets?.length === 0) { throw invalid(scope, `ReachabilitySource.vpc(…) selects no subnet of ${vpc.node.path}. Select some, or leave the selection out.`); }
      return { kind: 'vpc', resource, subnets };
    });
  }

  /**
   * Whoever has an address of a block: in `expect` all of them, in `forbid` any. Throws for what is no block.
   *
   * @param cidrBlock such as `10.3.0.0/16` or `203.0.113.7/32`
   */
  public static cidr(cidrBlock: string): ReachabilitySource {
    return new ReachabilitySource(scope => {
      if (Token.isUnresolved(cidrBlock) || !range(cidrBlock)) {
        throw invalid(scope, `ReachabilitySource.cidr(…) takes an address block such as '10.3.0.0/16', got: ${Token.isUnresolved(cidrBlock) ? 'a token' : `'${cidrBlock}'`}. `
          + 'For the addresses of a VPC of the app use ReachabilitySource.vpc(…).');
      }
      return { kind: 'cidr', block: cidrBlock };
    });
  }

  /** Anybody on the internet. */
  public static internet(): ReachabilitySource {
    return new ReachabilitySource(() => ({ kind: 'internet' }));
  }

  private constructor(private readonly resolve: (scope: IConstruct) => SourceOf) {}

  /** @internal */
  public _bind(scope: IConstruct): SourceOf {
    return this.resolve(scope);
  }
}

/** Who is to be reached, says a statement. */
export class ReachabilityDestination {
  /**
   * A load balancer. In `expect` all that its listeners forward to has to be reached too; in `forbid` its security group must not even let the source in.
   *
   * @param construct the load balancer, or the construct that makes it: `InternalAlb`, the hub
   */
  public static loadBalancer(construct: IConstruct): ReachabilityDestination {
    return new ReachabilityDestination(scope => (
      { kind: 'load-balancer', resource: named(scope, 'ReachabilityDestination.loadBalancer(…)', construct, ['AWS::ElasticLoadBalancingV2::LoadBalancer'], 'ReachabilityDestination.name(…)') }));
  }

  /**
   * What an endpoint service publishes, through any endpoint of the source's VPC or any load balancer in front of one.
   *
   * @param construct `NlbEndpointService`, `ec2.VpcEndpointService`, or a construct that makes one
   */
  public static endpointService(construct: IConstruct): ReachabilityDestination {
    return new ReachabilityDestination(scope => (
      { kind: 'service', resource: named(scope, 'ReachabilityDestination.endpointService(…)', construct, ['AWS::EC2::VPCEndpointService'], 'ReachabilityDestination.name(…)') }));
  }

  /**
   * What a record of a hosted zone of the app leads to. In `expect` the source has to see the zone; in `forbid` it must not reach the load balancer, whatever it calls it.
   *
   * @param domainName such as `alb.home`
   */
  public static name(domainName: string): ReachabilityDestination {
    return new ReachabilityDestination(scope => {
      if (domainName === '' || Token.isUnresolved(domainName)) {
        throw invalid(scope, `ReachabilityDestination.name(…) takes a domain name such as 'alb.home', got: ${domainName === '' ? "''" : 'a token'}.`);
      }
      return { kind: 'name', name: domainName };
    });
  }

  /**
   * An instance, an Auto Scaling group or an ECS service itself, without a load balancer in between. In `forbid` without a `port`: on any port.
   *
   * @param construct what answers, or the one construct that makes it
   */
  public static workload(construct: IConstruct): ReachabilityDestination {
    return new ReachabilityDestination(scope => (
      { kind: 'workload', resource: named(scope, 'ReachabilityDestination.workload(…)', construct, WORKLOADS, 'ReachabilityDestination.name(…)') }));
  }

  private constructor(private readonly resolve: (scope: IConstruct) => DestinationOf) {}

  /** @internal */
  public _bind(scope: IConstruct): DestinationOf {
    return this.resolve(scope);
  }
}

/** The one resource of a kind that a construct makes. */
function named(scope: IConstruct, factory: string, construct: IConstruct, types: string[], instead: string): Named {
  if (!Construct.isConstruct(construct)) { throw invalid(scope, `${factory} takes a construct, got: ${construct === null ? 'null' : typeof construct}. Give the one that makes it.`); }
  const found = construct.node.findAll()
    .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && types.includes(child.cfnResourceType));
  const direct = found.filter(resource => resource === construct || resource.node.scope === construct);
  const [resource, ...others] = direct.length > 0 ? direct : found;
  if (resource === undefined || others.length > 0) {
    throw invalid(scope, `${factory} names ${construct.node.path}, which makes ${resource ? 'several of' : 'none of'}: ${types.join(', ')}. `
      + (resource ? 'Name one of them.' : `Name what is imported with ${instead}.`));
  }
  return { stack: Stack.of(resource).node.path, logicalId: Stack.of(resource).resolve(resource.logicalId) };
}
