import { ApplicationProtocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** What is usually spoken on a port. */
export function protocolOfPort(port: number): ApplicationProtocol {
  return port === 443 || port === 8443 ? ApplicationProtocol.HTTPS : ApplicationProtocol.HTTP;
}
