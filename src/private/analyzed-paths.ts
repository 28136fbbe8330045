import {
  aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2,
  Annotations, CfnOutput, IResolvable, IResolveContext, Reference, Stack, Token, Tokenization,
} from 'aws-cdk-lib';
import { Construct, IConstruct, IDependable } from 'constructs';
import { idOfValue, shortHash } from './identity';
import { seenFrom } from './seen-from';
import { invalid } from './validate';
import { AnalyzedPath, AnalyzerSource, ReachabilityAnalyzerOptions } from '../reachability-analyzer';

/** What answers behind a listener: the targets of a group, or, where they are not known, an endpoint on the way. */
export interface Answering {
  /** What messages call it. */
  readonly name: string;
  readonly targetGroups: elbv2.ITargetGroup[];
  /** How far a path goes at least. */
  readonly endpoint?: ec2.IInterfaceVpcEndpoint;
}

export interface AnalyzedPathsProps extends ReachabilityAnalyzerOptions {
  readonly vpc: ec2.IVpc;
  readonly listener: elbv2.IApplicationListener;
  /** The port of the listener, where it is known. */
  readonly listenerPort?: number;
  readonly answering: Answering[];
  /** What must be there before an analysis. */
  readonly needs: IConstruct[];
}

interface Target { readonly id: string; readonly port?: number }

/** Paths of Reachability Analyzer from one source to everything that answers behind a load balancer, each with an analysis and an output. */
export class AnalyzedPaths extends Construct {
  public readonly paths: AnalyzedPath[] = [];
  private readonly ids = new Set<string>();

  constructor(scope: Construct, id: string, private readonly props: AnalyzedPathsProps) {
    super(scope, id);
    if (!(props.source instanceof AnalyzerSource)) { throw invalid(this, `'source' must be an AnalyzerSource, such as AnalyzerSource.internetGateway(), got: ${props.source}.`); }
    const source = this.seen(props.source._idFor(this, props.vpc));
    const left = props.answering.filter(each => !this.analyze(source, each));
    if (this.paths.length === 0) {
      throw invalid(this, `no path can be analyzed: ${left.map(({ name }) => name).join(', ') || 'there is nothing'} behind the load balancer has targets that Reachability Analyzer takes as a destination. `
        + 'It takes instances and endpoints: call this after the routes, or leave it out.');
    }
    for (const { name } of left) {
      Annotations.of(scope).addWarningV2('cdk-alb-privatelink:pathNotAnalyzed',
        `no path to ${name} is analyzed: it has no instances of this app, and Reachability Analyzer takes no target groups, tasks or functions as a destination.`);
    }
  }

  /** Whether there was something to analyze. */
  private analyze(source: string, { name, targetGroups, endpoint }: Answering): boolean {
    const instances = targetGroups.flatMap(group => instancesIn(group));
    for (const instance of instances) { this.add(source, name, instance); }
    if (instances.length > 0 || !endpoint) { return instances.length > 0; }
    this.add(source, name, { id: endpoint.vpcEndpointId });
    Annotations.of(this.node.scope!).addWarningV2('cdk-alb-privatelink:analyzedToTheEndpoint',
      `the path to ${name} is analyzed up to its endpoint ${endpoint.node.path}: behind it are no instances of this app.`);
    return true;
  }

  private add(source: string, name: string, { id: target, port }: Target): void {
    const id = `${idOfValue(this, target)}${port ?? ''}`;
    if (this.ids.has(id)) { return; }
    this.ids.add(id);
    const { listener, listenerPort, runId = '' } = this.props;
    const path = new ec2.CfnNetworkInsightsPath(this, `Path${id}`, {
      source,
      destination: this.seen(target),
      protocol: 'tcp',
      // what a client sends, and what arrives: the load balancers in between change the port
      filterAtSource: listenerPort === undefined ? undefined : { destinationPortRange: { fromPort: listenerPort, toPort: listenerPort } },
      filterAtDestination: port === undefined ? undefined : { destinationPortRange: { fromPort: port, toPort: port } },
      tags: [{ key: 'Name', value: `${this.node.path} to ${name}`.slice(-256) }],
    });
    const loadBalancer = listener instanceof elbv2.ApplicationListener ? listener.loadBalancer.loadBalancerArn : undefined;
    const analysis = new ec2.CfnNetworkInsightsAnalysis(this, `Analysis${id}${runId && shortHash(runId)}`, {
      networkInsightsPathId: path.ref,
      // a way around the load balancer proves nothing
      filterInArns: loadBalancer === undefined ? undefined : [loadBalancer],
    });
    analysis.node.addDependency(...this.needed(target));
    const networkPathFound = Token.asString(analysis.attrNetworkPathFound);
    new CfnOutput(this, `NetworkPathFound${id}`, { value: networkPathFound, description: `Whether Reachability Analyzer finds a path to ${name}` });
    this.paths.push({ path, analysis, networkPathFound });
  }

  /** What stands in this stack; what stands in others comes with their deployment. */
  private needed(target: string): IDependable[] {
    const resource = resourceOf(target)?.node.scope;
    const groups = resource && 'connections' in resource ? (resource as unknown as ec2.IConnectable).connections.securityGroups : [];
    const here = [...this.props.needs, ...resource ? [resource] : [], ...groups]
      .filter(each => Stack.of(each) === Stack.of(this) && !(each instanceof AnalyzedPaths));
    return [...here, ...this.props.after ?? []];
  }

  private seen(id: string): string {
    const resource = resourceOf(id);
    return resource ? seenFrom(this, resource, id) : id;
  }
}

/** The port that clients use, where the listener is not imported. */
export function portOfListener({ node }: elbv2.IApplicationListener): number | undefined {
  const { defaultChild } = node;
  return defaultChild instanceof elbv2.CfnListener ? defaultChild.port : undefined;
}

/** The resource that an id refers to. */
function resourceOf(id: string): IConstruct | undefined {
  const token = Token.isUnresolved(id) ? Tokenization.reverseString(id).firstToken : undefined;
  return token && Reference.isReference(token) ? token.target : undefined;
}

/** The instances that a group is given, with the port on which each answers; those that register themselves are not known. */
function instancesIn({ node }: elbv2.ITargetGroup): Target[] {
  const group = node.defaultChild;
  if (!(group instanceof elbv2.CfnTargetGroup) || group.stack.resolve(group.targetType) !== elbv2.TargetType.INSTANCE) { return []; }
  // as they were given, so that a target of another stack still says so
  const given: unknown = Token.isUnresolved(group.targets)
    ? (group.targets as unknown as IResolvable).resolve(undefined as unknown as IResolveContext) : group.targets;
  return Array.isArray(given) ? given.map(({ id, port }) => ({ id, port: port ?? group.port })) : [];
}
