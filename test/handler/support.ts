import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { REGISTRATION_TYPE } from '../../src/handler/contract';
import { CustomResource, type Endpoint, Execution, FakeAws, type Handler, type HandlerResponse, STACK_ID, type Subnet, type TargetGroup, type TargetGroupProps } from '../fakes';

/** What Lambda runs. */
export const BUNDLE = readFileSync(join(__dirname, '../../assets/handler/custom-resources.lambda/index.js'), 'utf8');

/** As long as Lambda lets the function run. */
export const FUNCTION_MS = 840_000;
const MAX_MESSAGE_BYTES = 1_500;

/** What is no stand-in. */
export const load: NodeJS.Require = require;

/** The same, with the context that Lambda gives beside the event. */
const WITH_CONTEXT = `${BUNDLE}\n{ const { handler } = module.exports; module.exports = { handler: event => handler(event, require('context')) }; }`;

export interface LogLine {
  readonly decision: string;
  readonly [detail: string]: unknown;
}

/** The function among the stand-ins, on their clock; each event meets a new execution environment. */
export class Scene {
  readonly aws = FakeAws.inProcess();
  readonly vpc = this.aws.network.createVpc(['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
  readonly lines: string[] = [];
  /** What is wrong with any run, whatever it is for. */
  readonly violations: string[] = [];
  private next?: Execution;

  constructor() {
    jest.spyOn(console, 'log').mockImplementation((line: string) => { this.lines.push(line); });
  }

  readonly handler: Handler = async event => this.invoke(event);

  /** Runs the function for an event of CloudFormation or of the schedule. */
  async invoke(event: object): Promise<HandlerResponse | void> {
    const execution = this.next ?? new Execution(this.aws.clock);
    this.next = undefined;
    const start = this.aws.clock.now();
    const context = { getRemainingTimeInMillis: () => start + FUNCTION_MS - this.aws.clock.now() };
    const modules: Record<string, unknown> = { ...this.aws.modules(execution), context };
    const handler = execution.load(WITH_CONTEXT, name => modules[name] ?? load(name));
    try {
      return await handler(event as CloudFormationCustomResourceEvent);
    } catch (error) {
      const bytes = Buffer.byteLength((error as Error).message);
      if (bytes > MAX_MESSAGE_BYTES) { this.violations.push(`a message of ${bytes} bytes`); }
      throw error;
    } finally {
      const took = this.aws.clock.now() - start;
      if (took > FUNCTION_MS) { this.violations.push(`a run of ${took} ms`); }
    }
  }

  /** Kills the process of the next event at its n-th call. */
  killNextAt(call: number, when: 'beforeEffect' | 'afterEffect'): void {
    this.next = new Execution(this.aws.clock);
    this.next.killAt(call, when);
  }

  resource(resourceType: string, logicalResourceId: string): CustomResource {
    return new CustomResource({ handler: this.handler, resourceType, logicalResourceId });
  }

  group(props: Partial<TargetGroupProps> = {}): TargetGroup {
    return this.aws.targetGroups.create({ vpc: this.vpc, deregistrationDelay: 30, ...props });
  }

  /** Registers the addresses of an endpoint as a deployment does. */
  async register(endpoint: Endpoint, group: TargetGroup, { port = 80, id = 'Registration' } = {}): Promise<CustomResource> {
    const registration = this.resource(REGISTRATION_TYPE, id);
    await registration.create(this.registrationOf(endpoint, group, port));
    return registration;
  }

  registrationOf(endpoint: Endpoint, group: TargetGroup, port = 80) {
    return {
      EndpointId: endpoint.vpcEndpointId,
      NetworkInterfaceIds: this.aws.network.networkInterfaceIds(endpoint),
      SubnetIds: endpoint.networkInterfaces.map(({ subnet }) => subnet.subnetId),
      TargetGroupArn: group.targetGroupArn,
      TargetGroupVpcId: group.vpcId,
      IpAddressType: group.ipAddressType,
      Port: port,
    };
  }

  /** Of the stack whose events come. */
  setStatus(status: string): void {
    this.aws.stacks.find(STACK_ID)!.status = status;
  }

  /** The calls that something takes. */
  async callsOf(run: () => Promise<unknown>): Promise<string[]> {
    const from = this.aws.calls.length;
    await run();
    return this.aws.calls.slice(from).map(({ action }) => action);
  }

  /** The seconds of the clock that something takes. */
  async secondsOf(run: () => Promise<unknown>): Promise<number> {
    const start = this.aws.clock.now();
    await run();
    return (this.aws.clock.now() - start) / 1_000;
  }

  log(decision?: string): LogLine[] {
    const lines = this.lines.map(line => JSON.parse(line) as LogLine);
    return decision === undefined ? lines : lines.filter(line => line.decision === decision);
  }

  /** What is true after every test. */
  finish(): void {
    jest.restoreAllMocks();
    expect(this.violations).toEqual([]);
    expect(this.log().filter(line => typeof line.decision !== 'string')).toEqual([]);
    expect(this.lines.filter(line => /ResponseURL|custom-resource-response|AKIA|SecretAccessKey/i.test(line))).toEqual([]);
    // a fault that never struck proves nothing
    expect(this.aws.faults.pending).toBe(0);
  }
}

/** What is registered and does not drain, sorted. */
export function held(group: TargetGroup): string[] {
  return group.targets.filter(target => target.drainsUntil === undefined).map(({ id, port }) => `${id}:${port}`).sort();
}

/** The addresses of an endpoint as targets, of all its subnets or of some, sorted. */
export function targetsOf(endpoint: Endpoint, { port = 80, subnets = endpoint.networkInterfaces.map(({ subnet }) => subnet) } = {}): string[] {
  return endpoint.networkInterfaces.filter(({ subnet }) => subnets.includes(subnet)).map(eni => `${eni.privateIpAddress ?? eni.ipv6Address}:${port}`).sort();
}

/** The addresses of an endpoint in some of its subnets. */
export function idsOf(endpoint: Endpoint, subnets?: Subnet[]): string[] {
  return targetsOf(endpoint, { subnets }).map(target => target.slice(0, target.lastIndexOf(':')));
}

export function tagsOf(group: TargetGroup, prefix: string): string[] {
  return [...group.tags].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
}

/** The message of what must fail. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  return run.then(() => { throw new Error('It did not fail'); }, (error: Error) => error.message);
}

/** So many of something. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
