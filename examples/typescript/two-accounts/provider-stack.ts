import { CfnOutput, Stack, StackProps, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Backend, NlbEndpointService } from 'cdk-alb-privatelink';
import { Construct } from 'constructs';

export interface ProviderStackProps extends StackProps {
  /** The account whose endpoints are accepted. */
  readonly hubAccount: string;
}

/** Two web servers, published to one other account. */
export class ProviderStack extends Stack {
  constructor(scope: Construct, id: string, props: ProviderStackProps) {
    super(scope, id, props);
    Validations.of(this).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'Written out so that no look-up is needed' });

    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.2.0.0/16'),
      natGateways: 0,
      subnetConfiguration: [{ name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // the package repositories of Amazon Linux are in S3
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });

    const service = new NlbEndpointService(this, 'Shop', {
      vpc,
      backend: Backend.instances(this.webServers(vpc), { port: 80 }),
      allowedPrincipals: [new iam.AccountPrincipal(props.hubAccount)],
      acceptanceRequired: true,
      acceptedAccounts: [props.hubAccount],
    });
    new CfnOutput(this, 'ServiceName', { description: 'What the hub takes as serviceName', value: service.endpointServiceName });
  }

  /** All zones of the Region: whichever the other account calls a and c, the service is there. */
  public get availabilityZones(): string[] {
    return ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'];
  }

  private webServers(vpc: ec2.Vpc): ec2.Instance[] {
    const securityGroup = new ec2.SecurityGroup(this, 'WebSecurityGroup', { vpc, description: 'Web servers' });
    return vpc.isolatedSubnets.slice(0, 2).map((subnet, index) => {
      const userData = ec2.UserData.forLinux();
      userData.addCommands(
        'dnf install -y httpd',
        // longer than the load balancer's idle timeout of 60 s
        'echo "KeepAliveTimeout 75" > /etc/httpd/conf.d/keepalive.conf',
        `echo "<h1>Shop - Instance ${index + 1}</h1>" > /var/www/html/index.html`,
        'systemctl enable --now httpd',
      );
      const instance = new ec2.Instance(this, `Web${index + 1}`, {
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
      return instance;
    });
  }
}
