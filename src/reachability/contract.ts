/** What is known of a path: every hop lets it through; one does not; or something that decides it is not in the templates. */
export type Verdict = 'reachable' | 'blocked' | 'unknown';

export type NodeKind =
  | 'internet' | 'cidr' | 'vpc' | 'security-group' | 'name'
  | 'alb' | 'nlb' | 'endpoint' | 'endpoint-service'
  | 'instance' | 'auto-scaling-group' | 'ecs-service' | 'function' | 'address' | 'other';

/** A synthesized template and what is known of where it will be deployed. */
export interface TemplateSource {
  /** The construct path of its stack, or the name of its file: unique among those that are checked together. */
  readonly stack: string;
  /** The name that CloudFormation knows the stack by. */
  readonly stackName?: string;
  readonly account?: string;
  readonly region?: string;
  /** The template, parsed; whatever it is. */
  readonly body: unknown;
  /** The stack and the resource in it that make this one, when it is nested. */
  readonly nestedIn?: { readonly stack: string; readonly logicalId: string };
  /** Construct paths by logical id, where the assembly tells them and the template does not. */
  readonly constructPaths?: { readonly [logicalId: string]: string };
  /** The path of the file that it was read from. */
  readonly file?: string;
}

/** An end or a station of a path. */
export interface Node {
  readonly kind: NodeKind;
  readonly label: string;
  readonly stack?: string;
  readonly logicalId?: string;
  readonly constructPath?: string;
}

/** One thing that was looked at in a hop. */
export interface Check {
  /** `security group egress`, `route`, `network ACL`, `zone`, `health check` and the like. */
  readonly name: string;
  readonly verdict: Verdict;
  /** What lets the traffic through, what stops it, or what is missing to say so. */
  readonly detail: string;
  /** The id of the finding that a blocked check is. */
  readonly finding?: string;
}

/** From one station to the next. */
export interface Hop {
  readonly from: Node;
  readonly to: Node;
  /** What travels: `TCP 8080`, `HTTPS 443`. */
  readonly traffic: string;
  /** The listener rule that leads here: `rule 100: /vpc2, /vpc2/*`, `default action`. */
  readonly rule?: string;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
}

/** One path that the templates promise, or that a statement speaks of. */
export interface Path {
  /** The same from one synthesis to the next, as long as the constructs stay. */
  readonly id: string;
  readonly source: Node;
  readonly destination: Node;
  /** Who promises it: `listener`, `security group`, `name`, `expect`, `forbid`. */
  readonly promise: string;
  readonly verdict: Verdict;
  readonly hops: readonly Hop[];
}

/** A change of one template, as a JSON merge patch (RFC 7396). */
export interface Patch {
  readonly stack: string;
  readonly merge: { readonly [name: string]: unknown };
}

export interface Fix {
  /** What to do, in one sentence with the construct, the group, the table. */
  readonly text: string;
  /** The same for CloudFormation; empty where somebody has to decide. */
  readonly patches: readonly Patch[];
}

/** Something that blocks paths, or that will surprise. */
export interface Finding {
  /** `code stack/logicalId detail`: the same from one synthesis to the next; what a baseline lists. */
  readonly id: string;
  readonly code: string;
  /** `error`: a path is dead. `warning`: it works, in part or for now. */
  readonly severity: 'error' | 'warning';
  readonly stack: string;
  readonly logicalId: string;
  readonly constructPath?: string;
  /** The property to look at: `Properties.SecurityGroupIngress`. */
  readonly location?: string;
  readonly reason: string;
  readonly fix: Fix;
  /** The ids of the paths that it blocks. */
  readonly paths: readonly string[];
  /** Whether a baseline accepts it. */
  readonly accepted?: boolean;
}

/** Something that AWS bills, added up over all templates: a quantity, never a price. */
export interface Cost {
  /** `Application Load Balancers`, `interface endpoint-zones` (endpoints × zones). */
  readonly what: string;
  /** By the hour or the month that it exists, or by what goes through it or is done with it. */
  readonly per: 'hour' | 'month' | 'use';
  /** For what bills by use: what is measured. */
  readonly measure?: string;
  readonly atLeast: number;
  /** Absent where the templates set no upper end. */
  readonly atMost?: number;
  /** What the quantity depends on, where it is not exact. */
  readonly notes: readonly string[];
  /** The page of AWS that says how it bills. */
  readonly page: string;
  readonly parts: readonly CostPart[];
}

/** How much of it a resource brings. */
export interface CostPart {
  readonly stack: string;
  readonly logicalId: string;
  readonly constructPath?: string;
  readonly atLeast: number;
  readonly atMost?: number;
}

/** Resources of a type. */
export interface TypeCount {
  readonly type: string;
  readonly atLeast: number;
  readonly atMost: number;
}

/** What the templates make, by how it bills. */
export interface Costs {
  readonly billed: readonly Cost[];
  /** Types that do not bill by themselves. */
  readonly free: readonly TypeCount[];
  /** Types of which it is not known here how they bill. */
  readonly notKnown: readonly TypeCount[];
  /** What may bill and is not in the templates. */
  readonly notes: readonly string[];
}

export interface Report {
  readonly version: '1';
  readonly summary: {
    readonly reachable: number;
    readonly blocked: number;
    readonly unknown: number;
    readonly findings: number;
    readonly accepted: number;
  };
  readonly paths: readonly Path[];
  readonly findings: readonly Finding[];
  readonly costs: Costs;
  /** What a baseline accepts although nothing has it any more: ids of findings. */
  readonly stale?: readonly string[];
}

/** A resource of one of the templates. */
export interface Named { readonly stack: string; readonly logicalId: string }

/** Where a path of a statement begins. */
export type SourceOf =
  | { readonly kind: 'workload'; readonly resource: Named }
  | { readonly kind: 'vpc'; readonly resource: Named; readonly subnets?: readonly Named[] }
  | { readonly kind: 'cidr'; readonly block: string }
  | { readonly kind: 'internet' };

/** Where it ends. */
export type DestinationOf =
  | { readonly kind: 'load-balancer' | 'service' | 'workload'; readonly resource: Named }
  | { readonly kind: 'name'; readonly name: string };

/** What a user says of a path. */
export interface Statement {
  readonly source: SourceOf;
  readonly destination: DestinationOf;
  /** Undefined: all that the destination listens on. */
  readonly port?: number;
}
