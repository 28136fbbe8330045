import { TemplateSource } from '../../../src/reachability/contract';

/** An app without one thing. */
export interface Mutant {
  /** `Stack/LogicalId Properties.X.0`. */
  readonly id: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** From the resource down to what is missing; empty: the whole resource. */
  readonly path: readonly string[];
  readonly sources: readonly TemplateSource[];
}

interface Json { readonly [name: string]: unknown }

export interface ResourceJson { readonly Type: string; readonly Properties?: Json; readonly DependsOn?: unknown }

/** What requests or their answers pass, in AWS's namespaces, and what registers targets. */
const CARRIES = /^AWS::(EC2|ElasticLoadBalancingV2|Route53|AutoScaling|ECS)::|^AWS::Lambda::Permission$|^Custom::InterfaceEndpointTarget$/;
/** What the software on a host is, and who may do what with it. */
const COMPUTE = /^AWS::(EC2::Instance|EC2::LaunchTemplate|AutoScaling::|ECS::|Lambda::Function)/;
const NETWORK_OF_COMPUTE = /Subnet|SecurityGroup|NetworkInterface|PrivateIpAddress|AvailabilityZone|VPCZoneIdentifier|VpcConfig|NetworkConfiguration|LoadBalancers|TargetGroupARNs|PortMappings/;
/** What names, describes, or serves the deployment alone. */
const LABELS = /^(Tags|Description|GroupDescription|GroupName|ServiceToken|ServiceTimeout)$/;

/** The app without each single thing that carries traffic: resources, properties, members of lists. */
export function mutants(sources: readonly TemplateSource[]): Mutant[] {
  const carriers = (source: TemplateSource) => Object.entries(resourcesOf(source)).filter(([, { Type }]) => CARRIES.test(Type));
  return sources.flatMap(source => carriers(source).flatMap(([logicalId, resource]) => {
    const paths = [[], ...pathsIn(resource.Properties ?? {}).filter(path => carries(resource.Type, path)).map(path => ['Properties', ...path])];
    return paths.map((path): Mutant => ({
      id: [`${source.stack}/${logicalId}`, path.join('.')].filter(part => part).join(' '),
      stack: source.stack,
      logicalId,
      type: resource.Type,
      path,
      sources: sources.map(one => one === source ? { ...one, body: without(one.body, ['Resources', logicalId, ...path]) } : one),
    }));
  }));
}

export function resourcesOf({ body }: TemplateSource): { readonly [logicalId: string]: ResourceJson } {
  return (body as { Resources: { [logicalId: string]: ResourceJson } }).Resources;
}

function carries(type: string, [property, ...path]: readonly string[]): boolean {
  return ![property, ...path].some(name => LABELS.test(name)) && (!COMPUTE.test(type) || NETWORK_OF_COMPUTE.test(property));
}

/** Everything in a value that can be taken away; what a function is given is no member of its own. */
function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null || isFunction(value)) { return []; }
  return Object.entries(value).flatMap(([name, member]) => [[name], ...pathsIn(member).map(path => [name, ...path])]);
}

function isFunction(value: object): boolean {
  const names = Object.keys(value);
  return names.length === 1 && /^(Ref|Fn::.*)$/.test(names[0]);
}

/** A copy without one member. */
export function without(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return rest.length === 0 ? value.filter((_, index) => `${index}` !== name)
      : value.map((item, index) => `${index}` === name ? without(item, rest) : item);
  }
  const entries = Object.entries(value as Json);
  return Object.fromEntries(rest.length === 0 ? entries.filter(([key]) => key !== name)
    : entries.map(([key, item]) => [key, key === name ? without(item, rest) : item]));
}
