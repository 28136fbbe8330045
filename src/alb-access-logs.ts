import { aws_s3 as s3 } from 'aws-cdk-lib';

/** Where the access logs of an Application Load Balancer go. */
export interface AlbAccessLogs {
  /**
   * The bucket, in the Region of the load balancer, encrypted with keys of S3 (ELBv2 takes no others). A bucket of this app is given the policy that this takes.
   *
   * @default - one is made: encrypted, private, reached over TLS only, and kept when the stack is deleted
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
   */
  readonly bucket?: s3.IBucket;

  /**
   * The beginning of the objects' names, without `/` at either end.
   *
   * @default - none
   */
  readonly prefix?: string;
}
