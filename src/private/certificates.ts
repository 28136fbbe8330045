import { aws_elasticloadbalancingv2 as elbv2 } from 'aws-cdk-lib';
import { idOfValue } from './identity';

/**
 * Certificates besides the default one. Each is a resource by its own name: the CDK numbers them, so that one that goes takes the last one of the list with it.
 */
export function addCertificates(listener: elbv2.ApplicationListener | elbv2.NetworkListener, certificates: elbv2.IListenerCertificate[]): void {
  for (const certificate of certificates) {
    listener.addCertificates(`Certificate${idOfValue(listener, certificate.certificateArn)}`, [certificate]);
  }
}
