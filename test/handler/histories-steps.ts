import type { Answer } from '../fakes';

/** The routes that a stack may have. */
export const ROUTES = ['a', 'b', 'c'] as const;
export type RouteName = typeof ROUTES[number];

/** One change of a stack's design. What does not fit, such as a change of a route that is not there, changes nothing. */
export interface Change {
  readonly route: RouteName;
  readonly what: 'add' | 'remove' | 'service' | 'subnets' | 'privateDns' | 'port' | 'group' | 'refresh';
  /** Of `add` and `subnets`: one subnet in each of these zones, 0 to 3. */
  readonly zones?: number[];
}

/** Something that happens to the health of what stands behind an endpoint, so many seconds after the step began. */
export interface HealthTurn {
  readonly route: RouteName;
  /** All that the route leads to, the service behind it now or after its next change of service, or the port that it changes to. */
  readonly of: 'all' | 'present' | 'next' | 'otherPort';
  readonly answer: Answer;
  readonly seconds: number;
}

/** Something that goes wrong with the n-th run of a step, from 0. */
export type Mishap =
  /** The event comes again after its run. */
  | { readonly run: number; readonly kind: 'again' }
  /** The event comes again so many seconds after its run began. CloudFormation hears the second answer. */
  | { readonly run: number; readonly kind: 'overlap'; readonly seconds: number }
  /** The process stops at its n-th call, and the event comes again, or the resource has failed. */
  | { readonly run: number; readonly kind: 'kill'; readonly call: number; readonly when: 'beforeEffect' | 'afterEffect'; readonly retried: boolean };

/** What calls meet; `skip` of them pass first. */
export interface Trouble {
  readonly action: string;
  readonly kind: 'throttle' | 'error' | 'reset' | 'resetAfter' | 'hang' | 'hangAfter' | 'hide' | 'short' | 'deny' | 'refuse' | 'page';
  readonly times: number;
  readonly skip: number;
}

export interface Deploy {
  readonly step: 'deploy';
  readonly changes: Change[];
  /** Right after the step before, when what is new there may not be healthy yet. */
  readonly hasty?: true;
  /** Another resource fails before the n-th resource of the deployment, or after so many seconds, while others are on their way. */
  readonly fails?: { readonly before: number } | { readonly seconds: number };
  /** When new endpoints are accepted. @default - at once */
  readonly accepted?: number | 'never';
  readonly turns?: HealthTurn[];
  readonly mishaps?: Mishap[];
  readonly troubles?: Trouble[];
}

/** The first step of a history. */
export interface StackStep {
  readonly step: 'stack';
  /** The deregistration delay of all groups, in seconds. */
  readonly delay: number;
  /** Whether there is a health gate. */
  readonly gate: boolean;
  /** Whether CloudFormation changes routes side by side. */
  readonly parallel: boolean;
  /** Whether a rollback sends the properties as they were, or as they resolve by then. */
  readonly staleRollback: boolean;
  /** How many describe calls are free at once, and a second after that. */
  readonly limit?: [number, number];
  /** The first routes, with a subnet in each of their zones. */
  readonly zones: number[][];
}

export type Step =
  | StackStep
  | Deploy
  /** Somebody registers a target in the group of a route, or takes it away again. */
  | { readonly step: 'hand'; readonly route: RouteName; readonly what: 'register' | 'deregister'; readonly zone: number }
  /** Somebody takes a target of ours out of the group of a route. */
  | { readonly step: 'tamper'; readonly route: RouteName; readonly zone: number }
  /** Somebody gives the endpoint of a route other interfaces, behind CloudFormation's back. */
  | { readonly step: 'outside'; readonly route: RouteName }
  /** The repair; with `overlapping` it is still at it when the next step begins. */
  | { readonly step: 'repair'; readonly overlapping?: boolean; readonly mishaps?: Mishap[]; readonly troubles?: Trouble[] }
  | { readonly step: 'turn'; readonly turns: HealthTurn[] }
  | { readonly step: 'wait'; readonly seconds: number }
  | { readonly step: 'delete'; readonly mishaps?: Mishap[]; readonly troubles?: Trouble[] };

/** Things that happen, in a form that can be pasted into a test. */
export type History = Step[];
