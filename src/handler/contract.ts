/** What the constructs tell the function: the properties of its custom resources. CloudFormation delivers every scalar as a string. */

/** Keeps the addresses of one endpoint in one target group. */
export const REGISTRATION_TYPE = 'Custom::InterfaceEndpointTarget';

export interface RegistrationProperties {
  readonly EndpointId: string;

  /**
   * The network interfaces of an endpoint of the same app. Left out where the endpoint is imported: the handler then asks for them at each event.
   */
  readonly NetworkInterfaceIds?: string[];

  /** Not read by the handler: a change of either gives the endpoint other interfaces, and CloudFormation sends an event for changed properties only. */
  readonly SubnetIds?: string[];
  readonly PrivateDnsEnabled?: string;

  readonly TargetGroupArn: string;

  /** Addresses outside this VPC are registered with zone `all`. Left out where the target group is imported. */
  readonly TargetGroupVpcId?: string;

  /** `ipv6` registers the IPv6 addresses of the interfaces, otherwise the IPv4 addresses. */
  readonly IpAddressType?: string;

  readonly Port: string;

  /** Not read by the handler: another value sends an event. */
  readonly Refresh?: string;
}

/** Takes addresses out of target groups before CloudFormation takes their subnets from the endpoints. */
export const DRAIN_TYPE = 'Custom::InterfaceEndpointDrain';

export interface DrainProperties {
  /** By a key that lasts as long as the endpoint. */
  readonly Endpoints?: { readonly [key: string]: DrainedEndpoint };
}

export interface DrainedEndpoint {
  readonly SubnetIds: string[];
  readonly Targets: DrainedTargets[];
}

/** A target group with addresses of the endpoint, and the logical id of the registration that keeps them there. */
export interface DrainedTargets {
  readonly TargetGroupArn: string;
  readonly Registration: string;
}

/** Waits until target groups are healthy. */
export const HEALTH_GATE_TYPE = 'Custom::TargetHealthGate';

export interface HealthGateProperties {
  /** By a key that lasts as long as the target group's construct. */
  readonly Groups?: { readonly [key: string]: GatedGroup };
  /** `true` when every target must be healthy, otherwise one of each group. */
  readonly AllTargets?: string;
  readonly TimeoutSeconds: string;
}

/** What stands in place of the rules of a group to which they all give the weight 0. */
export const NO_REQUESTS = 'no requests';

/** A group decides when any of this is another than before; not by its rules alone when they send no requests any more, so that one can move away from what is sick. */
export interface GatedGroup {
  readonly TargetGroupArn: string;
  /** The endpoints behind the group: while one waits to be accepted, its addresses cannot become healthy. */
  readonly EndpointIds?: string[];
  /** Not read by the handler: what registers targets, checks their health, and sends requests to the group. */
  readonly Targets?: unknown;
  readonly HealthCheck?: string;
  readonly Rules?: string;
}

/** Verifies the private DNS name of an endpoint service. */
export const PRIVATE_DNS_TYPE = 'Custom::PrivateDnsVerification';

export interface PrivateDnsProperties {
  readonly ServiceId: string;
  readonly PrivateDnsName: string;
  /** Not read by the handler: another value to prove sends an event. */
  readonly Proof?: string;
}

/** Waits until an endpoint is accepted. */
export const ACCEPTANCE_TYPE = 'Custom::EndpointAcceptance';

export interface AcceptanceProperties {
  readonly EndpointId: string;
}

/** What the acceptor of an endpoint service is told, in the environment of its function. */
export interface AcceptorEnvironment {
  readonly SERVICE_ID: string;
  /** Twelve digits each, separated by commas. */
  readonly ACCEPTED_ACCOUNTS: string;
}

/** What the schedule sends. */
export interface RepairEvent {
  readonly RequestType: 'Repair';
  readonly StackId: string;
}

/** The decisions of a repair that a metric counts, as they stand in the log. */
export const TARGETS_REPAIRED = 'targets repaired';
export const REPAIR_FAILED = 'repair failed';

/** The tag by which the function is allowed to work on the target groups of its own stack, and on no others. */
export const STACK_TAG = 'cdk-alb-privatelink:stack';

/** The tags in which registrations record what they brought; the rest of the key names the registration and the run. */
export const RECORD_TAG_PREFIX = 'cdk-alb-privatelink:targets:';

/** The tags in which a drain records what it took out; the rest of the key names the drain. */
export const DRAINED_TAG_PREFIX = 'cdk-alb-privatelink:drained:';

/** Longest wait for health, in seconds. */
export const HEALTH_SECONDS = 360;

/** Longest wait for targets that drain, and so the longest deregistration delay that is fully waited for, in seconds. */
export const DRAIN_SECONDS = 420;

/** What a run takes besides, for its calls and for taking back what it did, in seconds. */
export const RESERVE_SECONDS = 60;
