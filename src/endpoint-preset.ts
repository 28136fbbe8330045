import { aws_apigateway as apigateway, aws_elasticloadbalancingv2 as elbv2, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { otherKind } from './private/kinds';

/**
 * What an AWS service expects of requests that come through its interface endpoint: port, protocol, health check and host header, set together.
 *
 * @example
 * declare const hub: AlbToPrivateLinkTargets;
 * declare const api: apigateway.RestApi;
 *
 * hub.addRoute('orders', {
 *   paths: ['/prod'],
 *   service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY,
 *   preset: EndpointPreset.executeApi(api),
 *   priority: 100,
 * });
 */
export class EndpointPreset {
  /**
   * A private REST API behind an `execute-api` endpoint: HTTPS on 443, health check answered by 403, and the host name of the API, by which API Gateway finds
   * it. The path reaches API Gateway as it is, so that it begins with the stage.
   *
   * @param api a REST API of endpoint type PRIVATE, whose resource policy admits the endpoint
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
   */
  public static executeApi(api: apigateway.IRestApi): EndpointPreset {
    checkPreset('executeApi', 'api', api, 'api');
    const { region, urlSuffix } = Stack.of(api);
    return new EndpointPreset('403', `${api.restApiId}.execute-api.${region}.${urlSuffix}`);
  }

  /**
   * A bucket behind an S3 interface endpoint: HTTPS on 443, health check answered by 200, 307 or 405, and the host name of the bucket. Requests are anonymous unless
   * the clients sign them; the bucket's policy must admit the endpoint.
   *
   * @param bucket the bucket whose objects the paths name
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
   */
  public static s3(bucket: s3.IBucket): EndpointPreset {
    checkPreset('s3', 'bucket', bucket, 'bucket');
    return new EndpointPreset('200,307,405', bucket.bucketRegionalDomainName);
  }

  /** The port of the endpoint. */
  public readonly port: number = 443;
  /** The protocol of the endpoint. */
  public readonly protocol: elbv2.ApplicationProtocol = elbv2.ApplicationProtocol.HTTPS;
  /** The health check that the endpoint answers without credentials. */
  public readonly healthCheck: elbv2.HealthCheck;
  /** The host name under which the service knows the resource. */
  public readonly hostHeader: string;

  private constructor(healthyHttpCodes: string, hostHeader: string) {
    this.healthCheck = { path: '/', healthyHttpCodes };
    this.hostHeader = hostHeader;
  }
}

function checkPreset(factory: string, parameter: string, value: unknown, kind: 'api' | 'bucket'): void {
  const wrong = otherKind(parameter, value, kind);
  if (wrong !== undefined) { throw new Error(`EndpointPreset.${factory}(): ${wrong}`); }
}
