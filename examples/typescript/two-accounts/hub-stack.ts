import { CfnOutput, Stack, StackProps, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { AlbToPrivateLinkTargets, NlbEndpointService } from 'cdk-alb-privatelink';
import { Construct } from 'constructs';

export interface HubStackProps extends StackProps {
  /** The name of the service, from the output of the provider's stack. */
  readonly serviceName: string;
  /** The one address block that may reach the load balancer. */
  readonly clientCidr: string;
}

/** A public load balancer that routes `/` to a service of another account, when its endpoint is accepted there. */
export class HubStack extends Stack {
  public readonly hub: AlbToPrivateLinkTargets;

  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id, props);
    Validations.of(this).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'Written out so that no look-up is needed' });

    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.1.0.0/16'),
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
    });

    const shop = NlbEndpointService.fromEndpointServiceAttributes(this, 'Shop', { endpointServiceName: props.serviceName, port: 80 });
    this.hub = new AlbToPrivateLinkTargets(this, 'Hub', {
      vpc,
      internetFacing: true,
      clients: [ec2.Peer.ipv4(props.clientCidr)],
      routes: {
        shop: { paths: ['/'], service: shop, priority: 100, awaitAcceptance: true },
      },
    });
    new CfnOutput(this, 'Url', { description: 'The address of the load balancer', value: this.hub.url });
  }

  /** The zones of the stack, written out so that no look-up in the account is needed. */
  public get availabilityZones(): string[] {
    return ['ap-northeast-1a', 'ap-northeast-1c'];
  }
}
