/** Findings of cdk-nag that stay, each with the reason that a reviewer gets; docs/cdk-nag.md has the same table. */
export interface Acceptance {
  readonly rules: string[];
  /** Construct paths, with `*` for any text. */
  readonly at: string[];
  readonly reason: string;
}

const both = (...rules: string[]) => rules.flatMap(rule => [`NIST.800.53.R5-${rule}`, `HIPAA.Security-${rule}`]);
const FUNCTIONS = ['*/CdkAlbPrivatelinkRegistrar/Function/Resource', '*/CdkAlbPrivatelinkRegistrar/Provider/framework-onEvent/Resource', '*/Acceptor/Function/Resource'];
const ALB = ['*/Web/LoadBalancer/Resource', '*/Hub/LoadBalancer/Resource'];
const NLB = ['*/Service*/LoadBalancer/Resource', '*/Shop/LoadBalancer/Resource'];
const BUCKET = ['*/AccessLogs/Resource'];

/** What the library makes. */
export const LIBRARY: Acceptance[] = [
  {
    rules: ['AwsSolutions-ELB2', ...both('ELBLoggingEnabled')],
    at: [...ALB, ...NLB],
    reason: 'Logs cost storage and hold addresses of clients: `accessLogs` turns them on for an ALB. An NLB writes none for TCP listeners.',
  },
  {
    rules: both('ELBDeletionProtectionEnabled'),
    at: [...ALB, ...NLB],
    reason: 'With it neither the deletion of a stack nor a rollback can delete the load balancer: `deletionProtection` turns it on.',
  },
  {
    rules: both('ELBv2ACMCertificateRequired'),
    at: ['*/Web/Listener/Resource', '*/Hub/Listener*/Resource', '*/Service*/Listener*/Resource', '*/Shop/Listener*/Resource'],
    reason: 'Only you have a certificate: `certificates`. A TCP listener passes TLS through, to whom its backend shows a certificate.',
  },
  {
    rules: both('ALBHttpToHttpsRedirection'),
    at: ['*/Web/Listener/Resource', '*/Hub/Listener*/Resource'],
    reason: 'Without `certificates` there is no HTTPS to redirect to; with them port 80 redirects by default. On the internet plain HTTP is a warning.',
  },
  {
    rules: ['AwsSolutions-EC23', ...both('EC2RestrictedCommonPorts', 'EC2RestrictedSSH')],
    at: ['*/Web/SecurityGroup/Resource'],
    reason: 'cdk-nag cannot read a block that the deployment gives, here `vpcCidrBlock`, and counts it as open. The addresses of that VPC are let in, on the port of the listener.',
  },
  {
    rules: ['NIST.800.53.R5-ALBWAFEnabled'],
    at: ALB,
    reason: 'A web ACL is billed, and its rules are yours: `webAclArn`.',
  },
  {
    rules: ['AwsSolutions-IAM5[Resource::*]'],
    at: ['*/CdkAlbPrivatelinkRegistrar/Role/DefaultPolicy/Resource', '*/PrivateDns/Verification/Policy/Resource', '*/Acceptor/Role/DefaultPolicy/Resource'],
    reason: 'The describing actions know no resources and are limited to the Region; what changes targets and tags is limited to groups with the tag of the stack, what accepts connections to one service.',
  },
  {
    rules: ['AwsSolutions-IAM5[Resource::<CdkAlbPrivatelinkRegistrarFunction5B347A85.Arn>:*]'],
    at: ['*/CdkAlbPrivatelinkRegistrar/FrameworkRole/DefaultPolicy/Resource'],
    reason: 'The framework of the CDK may invoke every version of the one function that stands behind it, and no other function.',
  },
  {
    rules: both('IAMNoInlinePolicy'),
    at: ['*/CdkAlbPrivatelinkRegistrar/*Role/DefaultPolicy/Resource', '*/Acceptor/Role/DefaultPolicy/Resource', '*/PrivateDns/Verification/Policy/Resource', '*/Registration*/Policy*/Resource'],
    reason: 'Each policy belongs to one role and goes with it; a managed policy could be attached to others.',
  },
  {
    rules: ['AwsSolutions-L1'],
    at: ['*/CdkAlbPrivatelinkRegistrar/Function/Resource', '*/Acceptor/Function/Resource'],
    reason: 'The function was tested on the runtime that it names, which AWS supports; a newer one comes with a release.',
  },
  {
    rules: both('LambdaConcurrency'),
    at: FUNCTIONS,
    reason: 'Reserved concurrency takes from the ten executions of a new account. Few resources are in flight at once, because they wait for each other.',
  },
  {
    rules: both('LambdaDLQ'),
    at: FUNCTIONS,
    reason: 'CloudFormation learns of a failure itself and fails the deployment; a failed repair sets off the alarm and comes again, as a run that accepts connections comes again within a minute.',
  },
  {
    rules: both('LambdaInsideVPC'),
    at: FUNCTIONS,
    reason: 'The functions call AWS only. In a VPC they would need NAT or endpoints, and would wait for what they are to make.',
  },
  {
    rules: both('CloudWatchLogGroupEncrypted'),
    at: ['*/CdkAlbPrivatelinkRegistrar/*LogGroup/Resource', '*/Acceptor/LogGroup/Resource'],
    reason: 'CloudWatch encrypts every log group; a key of your own costs by the month, and nothing in these logs is secret.',
  },
  {
    rules: both('CloudWatchAlarmAction'),
    at: ['*/CdkAlbPrivatelinkRegistrar/Repair/Alarm/Resource'],
    reason: 'Whom it calls is yours to say: `repairAlarm.addAlarmAction`.',
  },
  {
    rules: ['AwsSolutions-S1', ...both('S3BucketLoggingEnabled')],
    at: BUCKET,
    reason: 'The bucket holds logs already; logs of its own would need a bucket without logs. `accessLogs.bucket` takes one of yours.',
  },
  {
    rules: both('S3DefaultEncryptionKMS'),
    at: BUCKET,
    reason: 'An ALB cannot write its logs to a bucket with keys of KMS; this one is encrypted with keys of S3.',
  },
  {
    rules: both('S3BucketReplicationEnabled', 'S3BucketVersioningEnabled'),
    at: BUCKET,
    reason: 'ELBv2 writes each object once, and deletes none. Copies cost storage: `accessLogs.bucket` takes a bucket that makes them.',
  },
];

/** What the examples and the tests bring along: networks, clients and servers to try the library with. */
export const AROUND: Acceptance[] = [
  { rules: ['AwsSolutions-VPC7', ...both('VPCFlowLogsEnabled')], at: ['*/Vpc*/Resource', '*/Foo/Resource', '*/Bar/Resource'], reason: 'A network to try things in; flow logs are billed.' },
  { rules: both('VPCDefaultSecurityGroupClosed'), at: ['*/Vpc*/Resource', '*/Foo/Resource', '*/Bar/Resource'], reason: 'Nothing uses the default group; closing it takes another function.' },
  { rules: both('VPCSubnetAutoAssignPublicIpDisabled'), at: ['*/PublicSubnet?/Subnet'], reason: 'What stands in a public subnet is to be reached.' },
  { rules: both('VPCNoUnrestrictedRouteToIGW'), at: ['*/PublicSubnet?/DefaultRoute'], reason: 'This is what makes the subnet public.' },
  {
    rules: ['AwsSolutions-EC26', 'AwsSolutions-EC28', 'AwsSolutions-EC29', 'HIPAA.Security-EC2InstanceDetailedMonitoringEnabled'],
    at: ['*/web?/Resource', '*/Web?/Resource', '*/Web??/Resource', '*/client/Resource', '*/*-bastion/Resource'],
    reason: 'Instances without data, made to be destroyed.',
  },
  {
    rules: ['AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]'],
    at: ['FooBar/*-bastion/InstanceRole/Resource'],
    reason: 'Session Manager asks for this policy.',
  },
  { rules: ['AwsSolutions-SNS3', 'NIST.800.53.R5-SNSEncryptedKMS', 'HIPAA.Security-SNSEncryptedKMS'], at: ['Stack/Topic/Resource'], reason: 'The topic is given to the library, which makes none.' },
  {
    rules: ['AwsSolutions-ELB2', ...both('ELBLoggingEnabled', 'ELBDeletionProtectionEnabled', 'ELBv2ACMCertificateRequired')],
    at: ['Stack/Nlb/*Resource'],
    reason: 'A load balancer of the plain CDK, in front of an `InterfaceEndpointTarget`.',
  },
];
