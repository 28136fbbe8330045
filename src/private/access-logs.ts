import { aws_elasticloadbalancingv2 as elbv2, aws_iam as iam, aws_s3 as s3, Annotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { invalid } from './validate';
import { AlbAccessLogs } from '../alb-access-logs';

/**
 * Turns on the access logs of a load balancer, in a bucket that lets it write. Unlike `logAccessLogs` of the CDK it needs no Region: the service principal that it
 * admits is the same in all of them.
 */
export function deliverAccessLogs(scope: Construct, loadBalancer: elbv2.ApplicationLoadBalancer, { bucket: given, prefix }: AlbAccessLogs): void {
  if (given?.encryptionKey || isEncryptedByKms(given)) {
    throw invalid(scope, `'accessLogs.bucket' must be encrypted with keys of S3 (SSE-S3), got: ${given!.node.path}, which uses KMS. `
      + 'An Application Load Balancer cannot write its logs to it; give another bucket, or none and one is made.');
  }
  if (prefix !== undefined && (prefix.includes('AWSLogs') || /^\/|\/$/.test(prefix))) {
    throw invalid(scope, `'accessLogs.prefix' must neither contain 'AWSLogs' nor begin or end with '/', got: '${prefix}'.`);
  }
  const bucket = given ?? new s3.Bucket(scope, 'AccessLogs', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const delivery = bucket.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`${prefix ? `${prefix}/` : ''}AWSLogs/${Stack.of(scope).account}/*`)],
  }));
  if (!delivery.statementAdded) {
    Annotations.of(scope).addWarningV2('cdk-alb-privatelink:accessLogsBucketPolicy',
      `'accessLogs.bucket' is an imported bucket, ${bucket.node.path}, whose policy cannot be changed from here. `
      + 'Its policy must let logdelivery.elasticloadbalancing.amazonaws.com call s3:PutObject, or the deployment fails.');
  }
  loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
  loadBalancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
  loadBalancer.setAttribute('access_logs.s3.prefix', prefix);
  // ELBv2 tries to write when logs are turned on
  if (delivery.policyDependable) { loadBalancer.node.addDependency(delivery.policyDependable); }
}

function isEncryptedByKms(bucket: s3.IBucket | undefined): boolean {
  const resource = bucket?.node.defaultChild;
  return resource instanceof s3.CfnBucket && JSON.stringify(Stack.of(resource).resolve(resource.bucketEncryption) ?? {}).includes('"aws:kms');
}
