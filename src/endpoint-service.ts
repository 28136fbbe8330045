import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2 } from 'aws-cdk-lib';

/**
 * An endpoint service as its consumers see it: everything of `ec2.IInterfaceVpcEndpointService`, so that `vpc.addInterfaceEndpoint()` takes it, and what is
 * known of the service beyond its name.
 */
export interface IEndpointService extends ec2.IInterfaceVpcEndpointService {
  /**
   * The zones in which the service can be reached, where they are known by name.
   *
   * @default - not known
   */
  readonly availabilityZones?: string[];

  /**
   * What the service speaks: HTTP, or HTTPS.
   *
   * @default - HTTPS on ports 443 and 8443, otherwise HTTP
   */
  readonly protocol?: elbv2.ApplicationProtocol;

  /**
   * The version of HTTP that the service speaks.
   *
   * @default elbv2.ApplicationProtocolVersion.HTTP1
   */
  readonly protocolVersion?: elbv2.ApplicationProtocolVersion;

  /**
   * The Region of the service, where it is known by name.
   *
   * @default - not known; the consumer's Region
   */
  readonly region?: string;

  /**
   * The account of the service, where it is known by number.
   *
   * @default - not known
   */
  readonly account?: string;

  /**
   * Whether somebody must accept each endpoint before traffic passes.
   *
   * @default - not known
   */
  readonly acceptanceRequired?: boolean;
}

/** What must be known of an endpoint service of another app or account. */
export interface EndpointServiceAttributes {
  /**
   * The name of the service, `com.amazonaws.vpce.REGION.vpce-svc-…`. May be a token.
   */
  readonly endpointServiceName: string;

  /**
   * The port of the service, 1 to 65535.
   *
   * @default 80
   */
  readonly port?: number;

  /**
   * What the service speaks.
   *
   * @default - HTTPS on ports 443 and 8443, otherwise HTTP
   */
  readonly protocol?: elbv2.ApplicationProtocol;

  /**
   * The version of HTTP that the service speaks.
   *
   * @default elbv2.ApplicationProtocolVersion.HTTP1
   */
  readonly protocolVersion?: elbv2.ApplicationProtocolVersion;

  /**
   * The Region of the service. Endpoints in another Region take a service that allows it.
   *
   * @default - as in the name, where that is known; otherwise the consumer's Region
   */
  readonly region?: string;

  /**
   * Whether endpoints must be accepted by hand.
   *
   * @default - not known
   */
  readonly acceptanceRequired?: boolean;

  /**
   * The zones of the service, as the CONSUMER's account names them: the same name means different zones in different accounts.
   *
   * @default - not known; endpoints go to all zones of the consumer's subnets, and the deployment fails where the service is not
   * @see https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
   */
  readonly availabilityZones?: string[];
}
