import { ACCOUNT, REGION } from './environment';

export const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Stack/51af3dc0-da77-11e4-872e-1234567db123`;

export interface StackResource {
  readonly logicalResourceId: string;
  readonly physicalResourceId?: string;
  readonly resourceType: string;
}

export interface FakeStack {
  readonly stackId: string;
  readonly stackName: string;
  /** For instance UPDATE_ROLLBACK_IN_PROGRESS. */
  status: string;
  resources: StackResource[];
}

/** Stacks as CloudFormation describes them. The stack whose events a `CustomResource` sends is there from the start. */
export class Stacks {
  readonly all = new Map<string, FakeStack>();

  constructor() {
    this.create({ stackId: STACK_ID });
  }

  create({ stackId = STACK_ID, status = 'UPDATE_IN_PROGRESS', resources = [] as StackResource[] }): FakeStack {
    const stack = { stackId, stackName: stackId.split('/')[1], status, resources };
    this.all.set(stackId, stack);
    return stack;
  }

  /** By id or name; a deleted stack is found by its id only. */
  find(idOrName: string): FakeStack | undefined {
    return this.all.get(idOrName)
      ?? [...this.all.values()].find(({ stackName, status }) => stackName === idOrName && status !== 'DELETE_COMPLETE');
  }
}
