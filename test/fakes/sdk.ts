import { Execution } from './execution';
import { ConnectionReset, Gateway, NoAnswer } from './gateway';
import { AwsError, Service } from './protocol';
import { Random } from './random';
import { resetError, sdkError, sdkOutput, timeoutError, wireParams } from './sdk-shapes';

/** What the SDK's retries cost and how long they wait. */
const CAPACITY = 500;
const ORDINARY = { baseDelay: 50, cost: 14 };
const THROTTLED = { baseDelay: 1000, cost: 5 };
const MAX_DELAY = 20_000;
const THROTTLING = ['Throttling', 'RequestLimitExceeded'];

export interface ClientOptions {
  readonly maxAttempts?: number;
  readonly requestHandler?: { readonly requestTimeout?: number; readonly throwOnRequestTimeout?: boolean; readonly socketTimeout?: number };
}

type Client = Record<string, (input?: object) => Promise<object>>;
type SdkFailure = Error & { $metadata: { httpStatusCode?: number; attempts?: number; totalRetryDelay?: number } };

export interface ModulesOptions {
  readonly gateway: Gateway;
  readonly execution: Execution;
  readonly random: Random;
  /** Milliseconds that one way takes, there or back. */
  readonly latency: () => number;
}

/** Modules of the SDK whose aggregated clients call the stand-in without HTTP and XML, with the SDK's retries on the stand-in's clock. */
export function sdkModules(options: ModulesOptions): Record<string, Record<string, unknown>> {
  const client = (name: Service['name']) => {
    const service = options.gateway.services.find(candidate => candidate.name === name)!;
    // `new` of a function that answers an object gives that object
    return function (config: ClientOptions = {}) { return new InProcessClient(service, config, options).client; };
  };
  return {
    '@aws-sdk/client-ec2': { EC2: client('ec2') },
    '@aws-sdk/client-elastic-load-balancing-v2': { ElasticLoadBalancingV2: client('elasticloadbalancing') },
    '@aws-sdk/client-cloudformation': { CloudFormation: client('cloudformation') },
  };
}

class InProcessClient {
  readonly client: Client = new Proxy({}, {
    get: (_, method) => typeof method !== 'string' || method === 'then' ? undefined
      : async (input = {}) => method === 'destroy' ? {} : this.call(method[0].toUpperCase() + method.slice(1), input as object),
  });
  private capacity = CAPACITY;

  constructor(private readonly service: Service, private readonly config: ClientOptions, private readonly options: ModulesOptions) {}

  private async call(action: string, input: object): Promise<object> {
    const params = wireParams(this.service.name, input);
    let totalRetryDelay = 0;
    let cost = 1;
    for (let attempts = 1; ; attempts++) {
      try {
        const answer = await this.attempt(action, params);
        this.capacity = Math.min(CAPACITY, this.capacity + cost);
        return { ...sdkOutput(this.service.name, answer), $metadata: { httpStatusCode: 200, attempts, totalRetryDelay } };
      } catch (error) {
        const failure = error as SdkFailure;
        const retry = retryOf(failure);
        Object.assign(failure.$metadata ??= {}, { attempts, totalRetryDelay });
        if (!retry || attempts >= (this.config.maxAttempts ?? 3) || this.capacity < retry.cost) { throw failure; }
        cost = retry.cost;
        this.capacity -= cost;
        const delay = Math.floor(this.options.random.below(1000) / 1000 * Math.min(retry.baseDelay * 2 ** (attempts - 1), MAX_DELAY));
        totalRetryDelay += delay;
        await this.sleep(delay);
      }
    }
  }

  private async attempt(action: string, params: ReturnType<typeof wireParams>) {
    const { gateway, execution, latency } = this.options;
    try {
      await this.sleep(latency());
      const answer = await gateway.handle(this.service, action, params, execution, milliseconds => this.pause(milliseconds));
      await this.sleep(latency());
      return answer;
    } catch (error) {
      if (error instanceof AwsError) {
        await this.sleep(latency());
        throw sdkError(this.service.name, error);
      }
      if (error instanceof ConnectionReset) { throw resetError(); }
      if (!(error instanceof NoAnswer)) { throw error; }
      const timeout = this.timeout;
      // without a time-out the client waits for ever, as a dead process does
      await (timeout === undefined || execution.dead ? new Promise(() => undefined) : this.sleep(timeout));
      throw timeoutError(timeout!);
    }
  }

  /** A slow answer; the client gives up before it comes if it takes too long. */
  private async pause(milliseconds: number): Promise<void> {
    if (this.timeout !== undefined && milliseconds > this.timeout) { throw new NoAnswer(); }
    await this.sleep(milliseconds);
  }

  private get timeout(): number | undefined {
    const { requestTimeout, throwOnRequestTimeout, socketTimeout } = this.config.requestHandler ?? {};
    return throwOnRequestTimeout ? requestTimeout ?? socketTimeout : socketTimeout;
  }

  private async sleep(milliseconds: number): Promise<void> {
    if (milliseconds > 0) { await new Promise<void>(resolve => this.options.execution.setTimeout(resolve, milliseconds)); }
  }
}

function retryOf(failure: SdkFailure): typeof ORDINARY | undefined {
  if (THROTTLING.includes(failure.name)) { return THROTTLED; }
  return failure.name === 'TimeoutError' || [500, 502, 503, 504].includes(failure.$metadata?.httpStatusCode ?? 0) ? ORDINARY : undefined;
}
