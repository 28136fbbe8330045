/** One thing that AWS bills, and the page that says so. */
export interface Line {
  readonly what: string;
  readonly per: 'hour' | 'month' | 'use';
  readonly measure?: string;
  readonly page: string;
}

const ELB = 'https://aws.amazon.com/elasticloadbalancing/pricing/';
const PRIVATE_LINK = 'https://aws.amazon.com/privatelink/pricing/';
const VPC = 'https://aws.amazon.com/vpc/pricing/';
const EC2 = 'https://aws.amazon.com/ec2/pricing/on-demand/';
const TRANSIT_GATEWAY = 'https://aws.amazon.com/transit-gateway/pricing/';
const ROUTE_53 = 'https://aws.amazon.com/route53/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const WAF = 'https://aws.amazon.com/waf/pricing/';

const hour = (what: string, page: string): Line => ({ what, per: 'hour', page });
const month = (what: string, page: string): Line => ({ what, per: 'month', page });
const use = (what: string, measure: string, page: string): Line => ({ what, per: 'use', measure, page });

/** In the order in which a report lists them. */
export const LINES = {
  alb: hour('Application Load Balancers', ELB),
  nlb: hour('Network Load Balancers', ELB),
  gwlb: hour('Gateway Load Balancers', ELB),
  classic: hour('Classic Load Balancers', ELB),
  otherBalancer: hour('load balancers of a kind that is not known', ELB),
  endpointZone: hour('interface endpoint-zones', PRIVATE_LINK),
  gwlbEndpointZone: hour('Gateway Load Balancer endpoint-zones', PRIVATE_LINK),
  natGateway: hour('NAT gateways', VPC),
  publicAddress: hour('public IPv4 addresses', VPC),
  transitAttachment: hour('Transit Gateway attachments', TRANSIT_GATEWAY),
  vpn: hour('Site-to-Site VPN connections', 'https://aws.amazon.com/vpn/pricing/'),
  resolverInterface: hour('Route 53 Resolver endpoint interfaces', ROUTE_53),
  fargateTask: hour('Fargate tasks, by vCPU and memory', 'https://aws.amazon.com/fargate/pricing/'),
  trustStore: hour('trust stores of listeners', ELB),

  volume: month('EBS volumes, by provisioned size', 'https://aws.amazon.com/ebs/pricing/'),
  hostedZone: month('hosted zones', ROUTE_53),
  healthCheck: month('Route 53 health checks', ROUTE_53),
  alarm: month('metrics of alarms', CLOUDWATCH),
  compositeAlarm: month('composite alarms', CLOUDWATCH),
  customMetric: month('custom metrics, of metric filters', CLOUDWATCH),
  dashboard: month('dashboards', CLOUDWATCH),
  key: month('KMS keys', 'https://aws.amazon.com/kms/pricing/'),
  secret: month('secrets', 'https://aws.amazon.com/secrets-manager/pricing/'),
  webAcl: month('web ACLs', WAF),
  webAclRule: month('rules of web ACLs', WAF),

  albUnits: use('Application Load Balancers', 'capacity units: new and active connections, bytes, rule evaluations', ELB),
  nlbUnits: use('Network Load Balancers', 'capacity units: new and active connections, bytes', ELB),
  gwlbUnits: use('Gateway Load Balancers', 'capacity units: new and active connections, bytes', ELB),
  classicBytes: use('Classic Load Balancers', 'gigabytes processed', ELB),
  otherUnits: use('load balancers of a kind that is not known', 'capacity units', ELB),
  endpointBytes: use('interface endpoints', 'gigabytes processed', PRIVATE_LINK),
  gwlbEndpointBytes: use('Gateway Load Balancer endpoints', 'gigabytes processed', PRIVATE_LINK),
  natBytes: use('NAT gateways', 'gigabytes processed', VPC),
  crossZoneBytes: use('Network Load Balancers that balance across zones', 'gigabytes between zones', EC2),
  peeringBytes: use('peering connections', 'gigabytes between zones or Regions', EC2),
  transitBytes: use('Transit Gateway attachments', 'gigabytes sent to the Transit Gateway', TRANSIT_GATEWAY),
  internetBytes: use('what has public addresses', 'gigabytes out to the internet', EC2),
  queries: use('hosted zones', 'DNS queries, but none for aliases of load balancers', ROUTE_53),
  resolverQueries: use('Route 53 Resolver endpoints', 'DNS queries', ROUTE_53),
  lambda: use('Lambda functions', 'requests, and gigabyte-seconds', 'https://aws.amazon.com/lambda/pricing/'),
  stateMachine: use('state machines', 'state transitions, or requests and duration', 'https://aws.amazon.com/step-functions/pricing/'),
  logGroup: use('log groups', 'gigabytes taken in and kept', CLOUDWATCH),
  flowLog: use('flow logs', 'gigabytes delivered', CLOUDWATCH),
  accessLogs: use('load balancers with access logs', 'gigabytes kept in S3, and requests', 'https://aws.amazon.com/s3/pricing/'),
  bucket: use('buckets', 'gigabytes kept, and requests', 'https://aws.amazon.com/s3/pricing/'),
  topic: use('topics', 'requests and deliveries', 'https://aws.amazon.com/sns/pricing/'),
  queue: use('queues', 'requests', 'https://aws.amazon.com/sqs/pricing/'),
  webAclRequests: use('web ACLs', 'requests', WAF),
  repository: use('container repositories', 'gigabytes kept', 'https://aws.amazon.com/ecr/pricing/'),
  analysis: use('Reachability Analyzer analyses', 'run: one when it is made', VPC),
  contributorInsights: use('endpoint services with Contributor Insights', 'rules and log events that match', CLOUDWATCH),
} satisfies { readonly [id: string]: Line };

export type LineId = keyof typeof LINES;
