import { Clock, TokenBucket } from './clock';
import { ACCOUNT, REGION } from './environment';
import { Execution } from './execution';
import { Fault, Faults } from './faults';
import { Context, Policies, PolicyDocument } from './iam';
import { Action, AwsError, Params, Service, structures, text, texts, XmlStructure } from './protocol';
import { TargetGroups } from './target-groups';

/** One request as it arrived, and the code of the error it was answered with. */
export interface Call {
  readonly service: Service['name'];
  readonly action: string;
  readonly params: Params;
  readonly time: number;
  error?: string;
}

/** Looks on: before a call takes effect, and after it did or failed. */
export interface Listener {
  before?(call: Call, execution: Execution): void;
  after?(call: Call, execution: Execution): void;
}

/** The connection broke. */
export class ConnectionReset extends Error {}

/** Nothing came back, and nothing will. */
export class NoAnswer extends Error {}

/** Takes calls, however they arrive: faults, permissions, the action itself. */
export class Gateway {
  /** Every request so far, in the order of arrival. */
  readonly calls: Call[] = [];
  private readonly listeners: Listener[] = [];
  private policies?: Policies;
  private describeLimit?: TokenBucket;

  constructor(
    readonly services: readonly Service[], readonly clock: Clock, readonly faults: Faults, private readonly targetGroups: TargetGroups,
  ) {}

  usePolicies(documents: readonly PolicyDocument[]): void {
    this.policies = documents.length > 0 ? new Policies(documents) : undefined;
  }

  limitDescribeCalls(bucket: number, perSecond: number): void {
    this.describeLimit = new TokenBucket(this.clock, bucket, perSecond);
  }

  onCall(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** What the action answers; throws an `AwsError`, or that the connection broke, or that nothing comes. */
  async handle(
    service: Service, actionName: string, params: Params, execution: Execution, pause: (milliseconds: number) => Promise<void>,
  ): Promise<XmlStructure> {
    if (execution.diesBefore()) { throw new NoAnswer(); }
    const call: Call = { service: service.name, action: actionName, params, time: this.clock.now() };
    this.calls.push(call);
    const outcome = await this.attempt(service, call, execution, pause).catch((error: Error) => error);
    if (outcome instanceof Error) { call.error = outcome instanceof AwsError ? outcome.code : outcome.constructor.name; }
    this.listeners.forEach(listener => listener.after?.(call, execution));
    if (execution.diesAfter()) { throw new NoAnswer(); }
    if (outcome instanceof Error) { throw outcome; }
    return outcome;
  }

  private async attempt(
    service: Service, call: Call, execution: Execution, pause: (milliseconds: number) => Promise<void>,
  ): Promise<XmlStructure> {
    const fault = this.faults.take(call.action);
    if (fault.delay !== undefined) { await pause(fault.delay); }
    await fault.before?.();
    if (fault.hang === 'beforeEffect') { throw new NoAnswer(); }
    if (fault.reset === 'beforeEffect') { throw new ConnectionReset(); }
    this.listeners.forEach(listener => listener.before?.(call, execution));
    return this.answer(service, call, fault);
  }

  private answer(service: Service, call: Call, fault: Fault): XmlStructure {
    const action: Action | undefined = service.actions[call.action];
    if (!action) { throw new AwsError('InvalidAction', `The action ${call.action} is not valid for this web service.`); }
    if (fault.error instanceof AwsError) { throw fault.error; }
    if (fault.error === 'throttling' || this.isTooFast(service, call)) { throw service.throttling; }
    this.authorize(service, action, call, fault.error === 'accessDenied');
    const notFound = fault.error === 'notFound' && action.notFound(call.params);
    if (notFound) { throw notFound; }
    const answer = action.run(call.params, fault.pageSize);
    if (fault.reset === 'beforeAnswer') { throw new ConnectionReset(); }
    if (fault.hang === 'beforeAnswer') { throw new NoAnswer(); }
    if (fault.omit !== undefined && !action.shorten) { throw new Error(`The answer of ${call.action} has no list to shorten`); }
    return fault.omit === undefined ? answer : action.shorten!(answer, fault.omit);
  }

  private isTooFast(service: Service, call: Call): boolean {
    return service.name === 'elasticloadbalancing' && call.action.startsWith('Describe') && this.describeLimit?.take() === false;
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
