import { CfnOutput, Stack, StackProps, Tags, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Backend, InternalAlb, VpcPeering } from 'cdk-alb-privatelink';
import { Construct } from 'constructs';

const PRIVATE = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };

/** Two web servers in VPC foo behind an internal load balancer, and a client in VPC bar that finds it as `alb.home`. */
export class FooBarStack extends Stack {
  /** Who asks, in VPC bar. */
  public readonly client: ec2.Instance;
  /** The load balancer in VPC foo. */
  public readonly web: InternalAlb;
  /** Who answers, in VPC foo. */
  public readonly servers: ec2.Instance[];

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    Validations.of(this).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'The zones are those of the Region, written out' });

    const foo = this.vpc('Foo', '10.2.0.0/16');
    const bar = this.vpc('Bar', '10.3.0.0/16');

    this.servers = foo.isolatedSubnets.map((subnet, index) => this.webServer(`web${index + 1}`, foo, subnet));
    this.client = this.instance('client', { vpc: bar, vpcSubnets: { subnets: [bar.isolatedSubnets[0]] } });
    this.client.connections.allowTo(ec2.Peer.ipv4(foo.vpcCidrBlock), ec2.Port.tcp(80), 'The load balancer');

    this.web = new InternalAlb(this, 'Web', {
      vpc: foo,
      backend: Backend.instances(this.servers, { port: 8080 }),
      clients: [ec2.Peer.ipv4(bar.vpcCidrBlock)],
      domainNames: ['alb.home'],
      domainVpcs: [bar],
    });
    new VpcPeering(this, 'FooBar', { vpc: foo, peerVpc: bar, vpcSubnets: PRIVATE, peerVpcSubnets: PRIVATE });

    const fooBastion = this.bastion('foo-bastion', foo, this.servers);
    const barBastion = this.bastion('bar-bastion', bar, [this.client]);

    Tags.of(this.web.loadBalancer).add('Name', 'foo-internal-alb');
    const outputs = {
      Url: ['Where clients find the web servers', this.web.url],
      AlbDnsName: ['The DNS name of the ALB', this.web.loadBalancer.loadBalancerDnsName],
      ClientId: ['The client in VPC bar', this.client.instanceId],
      ClientAddress: ['The private address of the client', this.client.instancePrivateIp],
      FooBastionId: ['The bastion in VPC foo', fooBastion.instanceId],
      BarBastionId: ['The bastion in VPC bar', barBastion.instanceId],
    };
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { description, value });
    }
  }

  /** The zones of the stack, written out so that no look-up in the account is needed. */
  public get availabilityZones(): string[] {
    return ['ap-northeast-1a', 'ap-northeast-1c'];
  }

  private vpc(id: string, cidr: string): ec2.Vpc {
    return new ec2.Vpc(this, id, {
      vpcName: id.toLowerCase(),
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      natGateways: 0,
      subnetConfiguration: [
        // two halves of x.x.0.0/24, so that the private subnets are x.x.1.0/24 and x.x.2.0/24
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 25 },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
    });
  }

  /** Serves one page on port 8080 with the Python that Amazon Linux brings. */
  private webServer(name: string, vpc: ec2.Vpc, subnet: ec2.ISubnet): ec2.Instance {
    const userData = ec2.UserData.forLinux();
    userData.addCommands(
      'mkdir -p /srv/www',
      `cat > /srv/www/index.html <<'EOF'\n${page(`Welcom to ${name}`)}\nEOF`,
      `cat > /etc/systemd/system/www.service <<'EOF'\n${UNIT}\nEOF`,
      'systemctl enable --now www',
    );
    return this.instance(name, { vpc, vpcSubnets: { subnets: [subnet] }, userData });
  }

  /** Session Manager leads to it, without an open port, and it leads to the instances in the private subnets. */
  private bastion(name: string, vpc: ec2.Vpc, instances: ec2.Instance[]): ec2.Instance {
    const bastion = this.instance(name, { vpc, vpcSubnets: { subnets: [vpc.publicSubnets[0]] }, ssmSessionPermissions: true });
    bastion.connections.allowTo(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Session Manager');
    // it asks for its sessions through the internet gateway
    bastion.node.addDependency(vpc.publicSubnets[0].internetConnectivityEstablished);
    for (const instance of instances) {
      bastion.connections.allowTo(instance, ec2.Port.tcp(22), 'SSH from the bastion');
    }
    return bastion;
  }

  private instance(name: string, props: Partial<ec2.InstanceProps> & { vpc: ec2.Vpc }): ec2.Instance {
    const instance = new ec2.Instance(this, name, {
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      allowAllOutbound: false,
      httpTokens: ec2.HttpTokens.REQUIRED,
      ...props,
    });
    Tags.of(instance).add('Name', name);
    return instance;
  }
}

const page = (title: string) => `<html>
  <head>
    <title>${title}</title>
  </head>
  <body>
    Hello World
  </body>
</html>`;

const UNIT = `[Unit]
Description=Web server
After=network-online.target
Wants=network-online.target

[Service]
WorkingDirectory=/srv/www
ExecStart=/usr/bin/python3 -m http.server 8080
DynamicUser=yes
Restart=always

[Install]
WantedBy=multi-user.target`;
