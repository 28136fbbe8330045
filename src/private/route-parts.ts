import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2 } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DEREGISTRATION_DELAY } from './backend-target-group';
import { defaultPortOf } from './connectable-in';
import { TargetsProps } from './destination';
import { defaultHealthCheck, mergedHealthCheck } from './health-check';
import { checkKind } from './kinds';
import { checkProtocolVersion, protocolOfPort } from './protocol';
import { askedIn, invalid, Validate } from './validate';
import { IEndpointService } from '../endpoint-service';
import { DRAIN_SECONDS } from '../handler/contract';
import { PrivateLinkRouteOptions, PrivateLinkTargetOptions } from '../private-link-route';

/** Target groups that one forward action takes; AWS does not raise it. */
const MAX_PARTS = 5;

const MAX_WEIGHT = 999;

const SEVEN_DAYS = 7 * 24 * 60 * 60;

/** Where a part of a route's requests goes, found in order. */
export interface PlannedPart {
  readonly service?: ec2.IInterfaceVpcEndpointService;
  readonly endpoint?: ec2.IInterfaceVpcEndpoint;
  readonly weight: number;
  readonly towards: TargetsProps;
  /** Whether the rule waits until the endpoint is accepted. */
  readonly awaitAcceptance: boolean;
}

/** The parts of a route: one, or those of its split. */
export function routeParts(scope: IConstruct, listener: elbv2.IApplicationListener, id: string, options: PrivateLinkRouteOptions): PlannedPart[] {
  const { split, splitStickiness, ...shared } = options;
  const asRoute = new Part(scope, listener, `route '${id}'`, `routes.${id}`);
  if (!split) {
    if (splitStickiness) { throw asRoute.error("has a 'splitStickiness' and no 'split'. Give it several places to send requests to, or leave it out"); }
    return [asRoute.plan(options, options, 1)];
  }
  checkSplit(scope, id, asRoute, options);
  const parts = split.map((part, index) => {
    const asPart = new Part(scope, listener, `route '${id}', split ${index + 1} of ${split.length},`, `routes.${id}.split[${index}]`);
    return asPart.plan({ ...shared, ...defined(part) }, options, part.weight);
  });
  checkPlaces(asRoute, parts);
  return parts;
}

function checkSplit(scope: IConstruct, id: string, route: Part, { split = [], splitStickiness, service, endpoint }: PrivateLinkRouteOptions): void {
  if (service || endpoint) {
    throw route.error(`has a 'split' and beside it ${service ? "a 'service'" : "an 'endpoint'"}. Put that one into the split, with a weight`);
  }
  if (split.length < 1 || split.length > MAX_PARTS) {
    throw route.error(`has a 'split' of ${split.length} parts, and a rule takes 1 to ${MAX_PARTS}. Divide the requests among fewer, or leave the split out`);
  }
  const validate = new Validate(scope);
  split.forEach(({ weight }, index) => validate.integer(`routes.${id}.split[${index}].weight`, weight, 0, MAX_WEIGHT));
  if (split.every(({ weight }) => weight === 0)) {
    throw route.error("has a 'split' with the weight 0 on all parts, so that nobody gets its requests. Give one part more than 0");
  }
  validate.seconds(`routes.${id}.splitStickiness`, splitStickiness, 1, SEVEN_DAYS);
}

/** Two parts that are one: their groups would have the same targets. */
function checkPlaces(route: Part, parts: PlannedPart[]): void {
  const places = parts.map(({ endpoint, service }) => endpoint ?? service!.name);
  parts.forEach(({ towards }, index) => {
    const twin = parts.findIndex((other, at) => at < index && places[at] === places[index] && other.towards.port === towards.port);
    if (twin >= 0) { throw route.error(`has a 'split' whose parts ${twin + 1} and ${index + 1} lead to the same place. Make one part of them, with both weights`); }
  });
}

/** What is set: an option that is given as undefined is not. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** Reads how one part is sent on, and speaks of it in errors. */
class Part {
  constructor(
    private readonly scope: IConstruct,
    private readonly listener: elbv2.IApplicationListener,
    private readonly name: string,
    private readonly path: string,
  ) {}

  /** How requests are sent on, from the most particular that says it to the least. */
  public plan(options: PrivateLinkTargetOptions, route: PrivateLinkRouteOptions, weight: number): PlannedPart {
    const { preset } = route;
    const { endpoint } = options;
    const service: IEndpointService | undefined = options.service;
    if ((service === undefined) === (endpoint === undefined)) {
      throw this.error(`needs either a 'service' or an 'endpoint', got ${service ? 'both' : 'neither'}. Give the one that answers the requests`);
    }
    if (service) { checkKind(this.scope, `${this.path}.service`, service, 'endpoint service'); }
    if (endpoint) { checkKind(this.scope, `${this.path}.endpoint`, endpoint, 'endpoint'); }
    if (preset) { checkKind(this.scope, `${this.path}.preset`, preset, 'preset'); }
    const defaultPort = service?.port ?? (endpoint && defaultPortOf(endpoint));
    const port = options.port ?? preset?.port ?? defaultPort;
    if (port === undefined) { throw this.error(`needs a 'port': the endpoint ${endpoint!.node.path} has no default port. Set it to the port of its service`); }
    const validate = new Validate(this.scope);
    validate.concrete(`${this.path}.port`, options.port, 'target group');
    validate.integer(`${this.path}.port`, port, 1, 65535);
    validate.seconds(`${this.path}.deregistrationDelay`, options.deregistrationDelay, 0, DRAIN_SECONDS, 'A deployment waits so long until old addresses have drained.');

    // on another port than its own a service may speak something else
    const known = port === service?.port ? service : undefined;
    const protocol = options.protocol ?? preset?.protocol ?? known?.protocol ?? protocolOfPort(port);
    const protocolVersion = options.protocolVersion ?? known?.protocolVersion;
    const spoken = this.listener instanceof elbv2.ApplicationListener ? this.listener.protocol : undefined;
    checkProtocolVersion(this.scope, `${this.path}.protocolVersion`, protocolVersion, spoken);
    const healthCheck = mergedHealthCheck(this.scope, `${this.path}.healthCheck`, askedIn(protocolVersion), [
      defaultHealthCheck(protocol, protocolVersion), preset?.healthCheck, route.healthCheck, options.healthCheck,
    ]);
    return {
      service,
      endpoint,
      weight,
      awaitAcceptance: options.awaitAcceptance ?? false,
      towards: {
        port,
        ownPort: port === defaultPort ? undefined : port,
        protocol,
        protocolVersion,
        healthCheck,
        deregistrationDelay: options.deregistrationDelay ?? DEREGISTRATION_DELAY,
        refresh: options.refresh,
      },
    };
  }

  public error(message: string): Error {
    return invalid(this.scope, `${this.name} ${message}.`);
  }
}
