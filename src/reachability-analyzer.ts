import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { IConstruct, IDependable } from 'constructs';
import { checkKind } from './private/kinds';
import { invalid } from './private/validate';

/**
 * Where Reachability Analyzer begins a path.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/reachability/how-reachability-analyzer-works.html
 */
export class AnalyzerSource {
  /**
   * The internet, through the internet gateway of the load balancer's VPC.
   *
   * @param internetGatewayId the id, by default that of the VPC, which an imported VPC does not tell
   */
  public static internetGateway(internetGatewayId?: string): AnalyzerSource {
    return new AnalyzerSource((scope, vpc) => {
      const id = internetGatewayId ?? (vpc instanceof ec2.Vpc ? vpc.internetGatewayId : undefined);
      if (id === undefined) { throw invalid(scope, `'source' is the internet gateway of ${vpc.node.path}, which is not known: the VPC must be one of the app that has one. Give AnalyzerSource.internetGateway() its id.`); }
      return id;
    });
  }

  /**
   * An instance, such as a client in a peered VPC.
   *
   * @param instance of the same Region
   */
  public static instance(instance: ec2.IInstance): AnalyzerSource {
    return new AnalyzerSource(scope => {
      checkKind(scope, 'source', instance, 'instance');
      return instance.instanceId;
    });
  }

  /**
   * Anything else that Reachability Analyzer takes as a source: a network interface, a Transit Gateway attachment, a peering connection.
   *
   * @param idOrArn its id, or its ARN when it belongs to another account
   */
  public static resource(idOrArn: string): AnalyzerSource {
    return new AnalyzerSource(() => idOrArn);
  }

  private constructor(private readonly find: (scope: IConstruct, vpc: ec2.IVpc) => string) {}

  /** @internal */
  public _idFor(scope: IConstruct, vpc: ec2.IVpc): string {
    return this.find(scope, vpc);
  }
}

/** From where Reachability Analyzer looks for paths, and when again. */
export interface ReachabilityAnalyzerOptions {
  /** Where the paths begin. */
  readonly source: AnalyzerSource;

  /**
   * Any text. With another one than before, all paths are analyzed again in the next deployment, which bills again: CloudFormation runs an analysis only when it makes one. Another
   * source, instance or port makes one anyway; a changed rule, route or target does not.
   *
   * @default - each path is analyzed once, when it is first deployed
   */
  readonly runId?: string;

  /**
   * What the paths need beside the load balancer, its backends and their security groups: a `VpcPeering` of the same stack, for instance. The analysis comes after it.
   *
   * @default - nothing else
   */
  readonly after?: IDependable[];
}

/** A path that Reachability Analyzer looks for. */
export interface AnalyzedPath {
  /** The path: source, destination, ports. */
  readonly path: ec2.CfnNetworkInsightsPath;
  /** Its analysis, whose attributes say what stops the traffic. */
  readonly analysis: ec2.CfnNetworkInsightsAnalysis;
  /** Whether the path was found, `true` or `false`, known after the deployment. */
  readonly networkPathFound: string;
}
