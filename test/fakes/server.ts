import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { ec2 } from './ec2';
import { elbv2 } from './elbv2';
import { ACCOUNT, REGION } from './environment';
import { Faults } from './faults';
import { Context, Policies, PolicyDocument } from './iam';
import { Network } from './network';
import { Action, AwsError, Params, parseParams, Service, structures, text, texts } from './protocol';
import { Random } from './random';
import { TargetGroups } from './target-groups';

/** One request as it arrived, and the code of the error it was answered with. */
export interface Call {
  readonly service: Service['name'];
  readonly action: string;
  readonly params: Params;
  error?: string;
}

export interface FakeAwsOptions {
  /**
   * Decides ids, addresses and the order of answers.
   *
   * @default 1
   */
  readonly seed?: number;
}

/** EC2 and Elastic Load Balancing on a port of this machine. */
export class FakeAws {
  static async start(options: FakeAwsOptions = {}): Promise<FakeAws> {
    const aws = new FakeAws(options.seed ?? 1);
    await new Promise<void>(resolve => aws.server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  readonly network: Network;
  readonly targetGroups: TargetGroups;
  readonly faults = new Faults();
  /** Every request so far, in the order of arrival. */
  readonly calls: Call[] = [];
  private readonly services: Service[];
  private readonly server: Server;
  private policies?: Policies;
  private requestCount = 0;

  private constructor(seed: number) {
    const random = new Random(seed);
    this.network = new Network(random);
    this.targetGroups = new TargetGroups(this.network, random);
    this.services = [ec2(this.network), elbv2(this.network, this.targetGroups)];
    this.server = createServer((request, response) => void this.serve(request, response));
    // a test file that forgets to stop the server must not keep jest from exiting
    this.server.unref();
    this.server.on('connection', socket => socket.unref());
  }

  /** The environment variables that lead an SDK client here, and keep the settings of the machine away from it. */
  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_EC2: url,
      AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: url,
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Checks every request against these policies from now on; without any, everything is allowed. */
  usePolicies(...documents: PolicyDocument[]): void {
    this.policies = documents.length > 0 ? new Policies(documents) : undefined;
  }

  callsOf(...actions: string[]): Call[] {
    return this.calls.filter(call => actions.includes(call.action));
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve, reject) => this.server.close(error => error ? reject(error) : resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await body(request));
    const actionName = form.get('Action') ?? '';
    const service = this.services.find(({ version }) => version === form.get('Version'));
    if (!service) {
      response.writeHead(400).end(`no service has version ${form.get('Version')}`);
      return;
    }
    const requestId = `00000000-0000-4000-8000-${String(++this.requestCount).padStart(12, '0')}`;
    const call: Call = { service: service.name, action: actionName, params: parseParams(form) };
    this.calls.push(call);
    try {
      const answer = await this.answer(service, call, requestId);
      response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' }).end(answer);
    } catch (error) {
      if (error instanceof ConnectionReset) {
        call.error = 'ConnectionReset';
        request.socket.destroy();
        return;
      }
      // 400, because the SDK would try again after a 500 and hide the defect
      const known = error instanceof AwsError ? error : new AwsError('DefectOfTheFake', String(error instanceof Error ? error.stack : error));
      call.error = known.code;
      response.writeHead(known.status, { 'content-type': 'text/xml;charset=UTF-8' }).end(service.errorXml(known, requestId));
    }
  }

  private async answer(service: Service, call: Call, requestId: string): Promise<string> {
    const action: Action | undefined = service.actions[call.action];
    if (!action) { throw new AwsError('InvalidAction', `The action ${call.action} is not valid for this web service.`); }
    const fault = this.faults.take(call.action);
    await fault.before?.();
    if (fault.reset === 'beforeEffect') { throw new ConnectionReset(); }
    if (fault.error instanceof AwsError) { throw fault.error; }
    if (fault.error === 'throttling') { throw service.throttling; }
    this.authorize(service, action, call, fault.error === 'accessDenied');
    if (fault.error === 'notFound') { throw action.notFound(call.params); }
    const answer = action.run(call.params);
    if (fault.reset === 'beforeAnswer') { throw new ConnectionReset(); }
    if (fault.omit !== undefined && !action.shorten) { throw new Error(`The answer of ${call.action} has no list to shorten`); }
    return service.answerXml(call.action, fault.omit === undefined ? answer : action.shorten!(answer, fault.omit), requestId);
  }

  private authorize(service: Service, action: Action, call: Call, refuse: boolean): void {
    const iamAction = `${service.name}:${call.action}`;
    for (const resource of action.resources?.(call.params) ?? ['*']) {
      if (refuse || this.policies?.allow(iamAction, resource, this.context(resource, call.params)) === false) {
        const on = resource === '*' ? '' : ` on resource: ${resource}`;
        throw service.accessDenied(`User: arn:aws:sts::${ACCOUNT}:assumed-role/handler/handler is not authorized to perform: ${iamAction}${on}`
          + ` because no identity-based policy allows the ${iamAction} action`);
      }
    }
  }

  /** A group that is gone has no tags, so no condition on its tags holds. */
  private context(resource: string, params: Params): Context {
    const requestTags = structures(params, 'Tags').map(tag => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']);
    return {
      'aws:RequestedRegion': REGION,
      'ec2:Region': REGION,
      'aws:TagKeys': [...requestTags.map(([key]) => key), ...texts(params, 'TagKeys')],
      ...Object.fromEntries(requestTags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      ...Object.fromEntries([...this.targetGroups.all.get(resource)?.tags ?? []].flatMap(([key, value]) => [
        [`aws:ResourceTag/${key}`, value],
        [`elasticloadbalancing:ResourceTag/${key}`, value],
      ])),
    };
  }
}

class ConnectionReset extends Error {}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
