/** What the construct tells the handler: the properties of one registration. CloudFormation delivers every scalar as a string. */
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

/** One custom resource type, so that the console and drift reports name what it is. */
export const RESOURCE_TYPE = 'Custom::InterfaceEndpointTarget';

/** The tag by which the function is allowed to work on the target groups of its own stack, and on no others. */
export const STACK_TAG = 'cdk-alb-privatelink:stack';

/** The tags in which registrations record what they brought; the rest of the key names the registration. */
export const RECORD_TAG_PREFIX = 'cdk-alb-privatelink:targets:';
