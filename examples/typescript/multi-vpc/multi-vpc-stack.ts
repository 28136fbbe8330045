import { CfnOutput, Stack, StackProps, Tags, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AlbToPrivateLinkTargets, Backend, NlbEndpointService } from 'cdk-alb-privatelink';
import { Construct } from 'constructs';

export interface MultiVpcStackProps extends StackProps {
  /** The one address block that may reach the load balancer. */
  readonly clientCidr: string;
}

/** One public load balancer in VPC 1 that routes `/vpc2` and `/vpc3` to web servers in two other VPCs. */
export class MultiVpcStack extends Stack {
  /** What the teams in VPC 2 and VPC 3 publish. */
  public readonly services: NlbEndpointService[];

  constructor(scope: Construct, id: string, props: MultiVpcStackProps) {
    super(scope, id, props);
    Validations.of(this).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'The zones are those of the article' });

    const vpc1 = this.vpc('Vpc1', 'vpc-1-alb', '10.1.0.0/16');
    const vpc2 = this.vpc('Vpc2', 'vpc-2-nlb', '10.2.0.0/16');
    const vpc3 = this.vpc('Vpc3', 'vpc-3-nlb', '10.3.0.0/16');

    const service2 = this.webService(2, vpc2);
    const service3 = this.webService(3, vpc3);
    this.services = [service2, service3];

    const hub = new AlbToPrivateLinkTargets(this, 'Hub', {
      vpc: vpc1,
      internetFacing: true,
      clients: [ec2.Peer.ipv4(props.clientCidr)],
      routes: {
        vpc2: { paths: ['/vpc2'], service: service2, priority: 100 },
        vpc3: { paths: ['/vpc3'], service: service3, priority: 200 },
      },
      defaultAction: elbv2.ListenerAction.fixedResponse(200, { contentType: 'text/plain', messageBody: 'Default route' }),
    });

    Tags.of(hub.loadBalancer).add('Name', 'main-alb');
    Tags.of(hub.connections.securityGroups[0]).add('Name', 'alb-sg');
    for (const [route, { endpoint, targetGroup }] of Object.entries(hub.routes)) {
      Tags.of(endpoint).add('Name', `nlb-endpoint-to-${route}`);
      Tags.of(endpoint.connections.securityGroups[0]).add('Name', 'vpc-endpoint-sg');
      Tags.of(targetGroup).add('Name', `${route}-target-group`);
    }

    const outputs = {
      AlbDnsName: ['The DNS name of the ALB', hub.loadBalancer.loadBalancerDnsName],
      Vpc1Id: ['VPC1 ID', vpc1.vpcId],
      Vpc2Id: ['VPC2 ID', vpc2.vpcId],
      Vpc3Id: ['VPC3 ID', vpc3.vpcId],
      Nlb1DnsName: ['The DNS name of the NLB in VPC2', service2.loadBalancer.loadBalancerDnsName],
      Nlb2DnsName: ['The DNS name of the NLB in VPC3', service3.loadBalancer.loadBalancerDnsName],
      VpcEndpointService1Name: ['VPC Endpoint Service Name for VPC2', service2.endpointServiceName],
      VpcEndpointService2Name: ['VPC Endpoint Service Name for VPC3', service3.endpointServiceName],
    };
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { description, value });
    }
  }

  /** The zones of the stack, written out so that no look-up in the account is needed. */
  public get availabilityZones(): string[] {
    return ['ap-northeast-1a', 'ap-northeast-1c'];
  }

  private vpc(id: string, vpcName: string, cidr: string): ec2.Vpc {
    return new ec2.Vpc(this, id, {
      vpcName,
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // the package repositories of Amazon Linux are in S3
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
  }

  /** Two web servers, one in each private subnet, published as an endpoint service. */
  private webService(number: number, vpc: ec2.Vpc): NlbEndpointService {
    const securityGroup = new ec2.SecurityGroup(this, `WebSecurityGroup${number}`, { vpc, description: `Web servers in VPC${number}` });
    Tags.of(securityGroup).add('Name', `web-sg-vpc${number}`);

    const instances = vpc.isolatedSubnets.map((subnet, index) => {
      const userData = ec2.UserData.forLinux();
      userData.addCommands(
        'dnf update -y',
        'dnf install -y httpd',
        // longer than the load balancer's idle timeout of 60 s
        'echo "KeepAliveTimeout 75" > /etc/httpd/conf.d/keepalive.conf',
        `echo "<h1>This is a web server in VPC${number} - Instance ${index + 1}</h1>" > /var/www/html/index.html`,
        `mkdir -p /var/www/html/vpc${number}`,
        `echo "<h1>VPC${number} Path - Instance ${index + 1}</h1>" > /var/www/html/vpc${number}/index.html`,
        'systemctl enable --now httpd',
      );
      const instance = new ec2.Instance(this, `Web${number}${index + 1}`, {
        vpc,
        vpcSubnets: { subnets: [subnet] },
        securityGroup,
        instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
        machineImage: ec2.MachineImage.latestAmazonLinux2023(),
        userData,
        httpTokens: ec2.HttpTokens.REQUIRED,
      });
      // the packages come through the gateway endpoint, and user data runs once
      instance.node.addDependency(vpc);
      Tags.of(instance).add('Name', `web-vpc${number}-${index + 1}`, { includeResourceTypes: ['AWS::EC2::Instance'] });
      return instance;
    });

    const service = new NlbEndpointService(this, `Service${number}`, { vpc, backend: Backend.instances(instances, { port: 80 }) });
    Tags.of(service).add('Name', `nlb-endpoint-service-vpc${number}`, { includeResourceTypes: ['AWS::EC2::VPCEndpointService'] });
    Tags.of(service.loadBalancer).add('Name', `nlb-vpc-${number}`);
    Tags.of(service.targetGroup).add('Name', `web-tg-vpc-${number}`);
    return service;
  }
}
