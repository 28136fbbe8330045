import { isDeepStrictEqual } from 'node:util';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { ACCOUNT, REGION } from './environment';
import { STACK_ID } from './stacks';

export type Properties = Record<string, unknown>;

export interface HandlerResponse {
  readonly PhysicalResourceId?: string;
  readonly Data?: Record<string, unknown>;
}

export type Handler = (event: CloudFormationCustomResourceEvent) => Promise<HandlerResponse | void>;

export interface CustomResourceOptions {
  readonly handler: Handler;
  /** @default 'Custom::Resource' */
  readonly resourceType?: string;
  /** @default 'Resource' */
  readonly logicalResourceId?: string;
}

const SERVICE_TOKEN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Stack-Provider-framework`;
const RESPONSE_LIMIT = 4096;

/** The physical resource and the properties it was made or last changed with. */
interface Version {
  readonly id: string;
  readonly properties: Properties;
}

type Request =
  | { RequestType: 'Create'; ResourceProperties: Properties }
  | { RequestType: 'Update'; PhysicalResourceId: string; ResourceProperties: Properties; OldResourceProperties: Properties }
  | { RequestType: 'Delete'; PhysicalResourceId: string; ResourceProperties: Properties };

/** What CloudFormation and `custom_resources.Provider` together do with one custom resource of a stack. */
export class CustomResource {
  /** The events sent, as the handler got them. */
  readonly events: CloudFormationCustomResourceEvent[] = [];
  /** The attributes of the last successful answer. */
  data: Record<string, unknown> = {};
  private current?: Version;
  /** Of a Create that was sent and not answered yet. */
  private unanswered?: Version;
  /** Before the last update, for a rollback; `attempted` are the properties it is rolled back from. */
  private beforeUpdate?: { readonly version: Version; readonly attempted: Properties };
  /** Replaced, and deleted in the clean-up phase only. */
  private replaced: Version[] = [];

  constructor(private readonly options: CustomResourceOptions) {}

  get logicalResourceId(): string {
    return this.options.logicalResourceId ?? 'Resource';
  }

  get resourceType(): string {
    return this.options.resourceType ?? 'Custom::Resource';
  }

  get physicalResourceId(): string | undefined {
    return this.current?.id;
  }

  /** A failed Create leaves nothing behind: Provider swallows the Delete that CloudFormation sends after it. */
  async create(props: Properties): Promise<void> {
    if (this.current) { throw new Error('The resource exists: update it'); }
    const properties = resolve(props);
    this.unanswered = { id: `Stack-${this.logicalResourceId}-1A2B3C4D5E6F7`, properties };
    const id = await this.send({ RequestType: 'Create', ResourceProperties: properties }).finally(() => { this.unanswered = undefined; });
    this.current = { id, properties };
  }

  /** Returns whether there was an event: there is none while the resolved properties are the same. */
  async update(props: Properties): Promise<boolean> {
    const version = this.existing();
    const properties = resolve(props);
    this.beforeUpdate = undefined;
    if (isDeepStrictEqual(properties, version.properties)) { return false; }
    this.beforeUpdate = { version, attempted: properties };
    await this.change(version, properties, version.properties);
    return true;
  }

  /**
   * Takes the last update back, whether it failed itself or a later resource did; without an event if there was none to take back.
   *
   * @param props the old properties where they resolve to something else by now
   */
  async rollback(props?: Properties): Promise<boolean> {
    if (!this.beforeUpdate) { return false; }
    const { version, attempted } = this.beforeUpdate;
    await this.change(this.existing(), props ? resolve(props) : version.properties, attempted);
    this.beforeUpdate = undefined;
    return true;
  }

  /** The clean-up phase at the end of an update or of its rollback: deletes what was replaced. */
  async cleanUp(): Promise<void> {
    while (this.replaced.length > 0) {
      await this.sendDelete(this.replaced[0]);
      this.replaced.shift();
    }
  }

  /** Without an event for a resource whose Create failed. One whose Create was not waited for is deleted under an invented id. */
  async delete(): Promise<boolean> {
    const version = this.current ?? this.unanswered;
    if (!version) { return false; }
    await this.sendDelete(version);
    this.current = undefined;
    this.unanswered = undefined;
    return true;
  }

  /** Sends the last event once more; also while the first delivery is still running, as Provider's retry does. */
  async redeliver(): Promise<HandlerResponse> {
    const event = this.events.at(-1);
    if (!event) { throw new Error('No event was sent yet'); }
    return this.invoke(event);
  }

  private async change(from: Version, properties: Properties, oldProperties: Properties): Promise<void> {
    const id = await this.send({
      RequestType: 'Update', PhysicalResourceId: from.id, ResourceProperties: properties, OldResourceProperties: oldProperties,
    });
    this.current = { id, properties };
    // a rollback to the physical resource that was replaced takes it off the list again
    this.replaced = this.replaced.filter(version => version.id !== id);
    if (id !== from.id) { this.replaced.push({ id: from.id, properties: oldProperties }); }
  }

  private async sendDelete({ id, properties }: Version): Promise<void> {
    const answered = await this.send({ RequestType: 'Delete', PhysicalResourceId: id, ResourceProperties: properties });
    if (answered !== id) { throw new Error(`DELETE: cannot change the physical resource ID from "${id}" to "${answered}" during deletion`); }
  }

  private async send(request: Request): Promise<string> {
    const event = {
      ...request,
      ServiceToken: SERVICE_TOKEN,
      ResponseURL: 'https://cloudformation-custom-resource-response.invalid/',
      StackId: STACK_ID,
      RequestId: `10000000-0000-4000-8000-${String(this.events.length + 1).padStart(12, '0')}`,
      LogicalResourceId: this.logicalResourceId,
      ResourceType: this.resourceType,
    } as CloudFormationCustomResourceEvent;
    this.events.push(event);
    const response = await this.invoke(event);
    const id = response.PhysicalResourceId ?? (event.RequestType === 'Create' ? event.RequestId : event.PhysicalResourceId);
    const { StackId, RequestId, LogicalResourceId } = event;
    const answer = { Status: 'SUCCESS', Reason: 'SUCCESS', StackId, RequestId, PhysicalResourceId: id, LogicalResourceId, Data: response.Data };
    if (Buffer.byteLength(JSON.stringify(answer)) > RESPONSE_LIMIT) { throw new Error('Response object is too long.'); }
    this.data = response.Data ?? {};
    return id;
  }

  private async invoke(event: CloudFormationCustomResourceEvent): Promise<HandlerResponse> {
    // event and answer travel as JSON, so nothing of them is shared with the handler
    const response = await this.options.handler(overJson(event));
    return overJson(response ?? {});
  }

  private existing(): Version {
    if (!this.current) { throw new Error('The resource does not exist: create it'); }
    return this.current;
  }
}

/** Properties as they reach the handler: scalars are strings, and what has no value is absent. */
function resolve(props: Properties): Properties {
  return { ServiceToken: SERVICE_TOKEN, ...stringify(props) as Properties };
}

function stringify(value: unknown): unknown {
  if (Array.isArray(value)) { return value.map(stringify); }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, child]) => child !== undefined && child !== null)
      .map(([name, child]) => [name, stringify(child)]));
  }
  return String(value);
}

function overJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
