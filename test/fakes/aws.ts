import { Clock } from './clock';
import { cloudFormation } from './cloudformation-api';
import { ec2 } from './ec2';
import { elbv2 } from './elbv2';
import { EndpointServices } from './endpoint-services';
import { REGION } from './environment';
import { Execution } from './execution';
import { Faults } from './faults';
import { Call, Gateway, Listener } from './gateway';
import { PolicyDocument } from './iam';
import { Network } from './network';
import { Random } from './random';
import { sdkModules } from './sdk';
import { WireServer } from './server';
import { Stacks } from './stacks';
import { TargetGroups } from './target-groups';

export interface FakeAwsOptions {
  /**
   * Decides ids, addresses and the order of answers.
   *
   * @default 1
   */
  readonly seed?: number;
}

/** EC2, Elastic Load Balancing and a little CloudFormation. */
export class FakeAws {
  /** On a port of this machine. */
  static async start(options: FakeAwsOptions = {}): Promise<FakeAws> {
    const aws = new FakeAws(options.seed ?? 1);
    aws.server = new WireServer(aws.gateway, aws.process, () => aws.latency);
    await aws.server.start();
    return aws;
  }

  /** Without HTTP and XML, for `modules`. */
  static inProcess(options: FakeAwsOptions = {}): FakeAws {
    return new FakeAws(options.seed ?? 1);
  }

  readonly clock = new Clock();
  readonly network: Network;
  readonly targetGroups: TargetGroups;
  readonly endpointServices: EndpointServices;
  readonly stacks = new Stacks();
  readonly faults = new Faults(this.clock);
  /** The process that calls over HTTP. */
  process = new Execution(this.clock);
  /** Milliseconds of the clock that a call takes. */
  latency = 1;
  private readonly gateway: Gateway;
  private readonly jitter: Random;
  private server?: WireServer;

  private constructor(seed: number) {
    const random = new Random(seed);
    this.jitter = new Random(seed + 1);
    this.network = new Network(random);
    this.targetGroups = new TargetGroups(this.network, random, this.clock);
    this.endpointServices = new EndpointServices(random, this.clock);
    const services = [ec2(this.network, this.endpointServices), elbv2(this.network, this.targetGroups), cloudFormation(this.stacks)];
    this.gateway = new Gateway(services, this.clock, this.faults, this.targetGroups);
  }

  /** The environment variables that lead an SDK client here, and keep the settings of the machine away from it. */
  get environment(): Record<string, string> {
    if (!this.server) { throw new Error('There is no server: this is in process'); }
    const { url } = this.server;
    return {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_EC2: url,
      AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: url,
      AWS_ENDPOINT_URL_CLOUDFORMATION: url,
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Stand-ins for the modules of the SDK, by name. What calls through them lives and dies with the execution. */
  modules(execution = this.process, latency = () => this.latency): Record<string, Record<string, unknown>> {
    return sdkModules({ gateway: this.gateway, execution, latency, random: this.jitter });
  }

  /** Checks every request against these policies from now on; without any, everything is allowed. */
  usePolicies(...documents: PolicyDocument[]): void {
    this.gateway.usePolicies(documents);
  }

  /** Throttles the describe calls of Elastic Load Balancing as AWS does: one bucket for the account. */
  limitDescribeCalls(bucket = 40, perSecond = 10): void {
    this.gateway.limitDescribeCalls(bucket, perSecond);
  }

  /** Every request so far, in the order of arrival. */
  get calls(): Call[] {
    return this.gateway.calls;
  }

  callsOf(...actions: string[]): Call[] {
    return this.calls.filter(call => actions.includes(call.action));
  }

  onCall(listener: Listener): void {
    this.gateway.onCall(listener);
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }
}
