import { aws_elasticloadbalancingv2 as elbv2 } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid } from './validate';

/** What is usually spoken on a port. */
export function protocolOfPort(port: number): elbv2.ApplicationProtocol {
  return port === 443 || port === 8443 ? elbv2.ApplicationProtocol.HTTPS : elbv2.ApplicationProtocol.HTTP;
}

/** The port that a protocol has when nobody names one. */
export function portOfProtocol(protocol: elbv2.ApplicationProtocol): number {
  return protocol === elbv2.ApplicationProtocol.HTTPS ? 443 : 80;
}

/** Refuses a version of HTTP towards the targets that a listener, as far as its protocol is known, does not send on. */
export function checkProtocolVersion(
  scope: IConstruct, prop: string, version: elbv2.ApplicationProtocolVersion | undefined, listener: elbv2.ApplicationProtocol | undefined,
): void {
  if (listener === elbv2.ApplicationProtocol.HTTP && version !== undefined && version !== elbv2.ApplicationProtocolVersion.HTTP1) {
    throw invalid(scope, `'${prop}' is ${version}, which takes an HTTPS listener, and this one speaks HTTP. Use HTTP1, or give the listener 'certificates'.`);
  }
}
