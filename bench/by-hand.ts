/**
 * The multi-VPC system with the CDK's own constructs, as threads about the addresses of interface endpoints tell people to: `AwsCustomResource` asks EC2 for the network
 * interfaces, and the answer becomes `IpTarget`s. What those threads forget and what such a stack is dead without is there too: the security groups, written out.
 *
 * One custom resource looks up all zones of an endpoint, the endpoints share a security group, and no SDK is installed at deployment: less than most of these recipes make.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { CLIENTS, ENV, HEALTH_CHECK, HubProps, newVpc, newWebServers, TeamProps } from './system';

const HTTP = ec2.Port.tcp(80);

export class Team extends Stack {
  public readonly services: ec2.IInterfaceVpcEndpointService[] = [];

  constructor(scope: Construct, id: string, props: TeamProps) {
    super(scope, id, { env: ENV });
    const vpc = newVpc(this, props.cidr);
    for (let n = 0; n < props.services; n++) {
      const instances = newWebServers(vpc, n);
      const securityGroup = new ec2.SecurityGroup(this, `NlbGroup${n}`, { vpc, allowAllOutbound: false });
      const nlb = new elbv2.NetworkLoadBalancer(this, `Nlb${n}`, {
        vpc,
        vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        securityGroups: [securityGroup],
        crossZoneEnabled: true,
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
      });
      nlb.addListener('Listener', { port: 80 }).addTargets('Web', {
        port: 80,
        targets: instances.map(instance => new targets.InstanceTarget(instance)),
        healthCheck: { protocol: elbv2.Protocol.TCP },
      });
      for (const instance of instances) { nlb.connections.allowTo(instance, HTTP); }
      const service = new ec2.VpcEndpointService(this, `Service${n}`, {
        vpcEndpointServiceLoadBalancers: [nlb],
        acceptanceRequired: false,
        allowedPrincipals: [new iam.AccountPrincipal(ENV.account)],
      });
      this.services.push(new ec2.InterfaceVpcEndpointService(service.vpcEndpointServiceName, 80));
    }
  }
}

export class Hub extends Stack {
  constructor(scope: Construct, id: string, props: HubProps) {
    super(scope, id, { env: ENV });
    const vpc = newVpc(this, '10.0.0.0/16');
    const alb = new elbv2.ApplicationLoadBalancer(this, 'Alb', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      dropInvalidHeaderFields: true,
    });
    const listener = alb.addListener('Listener', { port: 80, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(404) });
    alb.connections.allowFrom(CLIENTS, HTTP);
    const endpointGroup = new ec2.SecurityGroup(this, 'EndpointGroup', { vpc, allowAllOutbound: false });
    endpointGroup.connections.allowFrom(alb, HTTP);

    props.services.forEach((service, n) => {
      const endpoint = vpc.addInterfaceEndpoint(`Endpoint${n}`, { service, securityGroups: [endpointGroup], open: false, privateDnsEnabled: false });
      const addresses = vpc.availabilityZones.map((_, zone) => `NetworkInterfaces.${zone}.PrivateIpAddress`);
      const interfaces = new AwsCustomResource(this, `Interfaces${n}`, {
        onUpdate: {
          service: 'EC2',
          action: 'describeNetworkInterfaces',
          parameters: { NetworkInterfaceIds: endpoint.vpcEndpointNetworkInterfaceIds },
          outputPaths: addresses,
          physicalResourceId: PhysicalResourceId.of(endpoint.vpcEndpointId),
        },
        policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
        installLatestAwsSdk: false,
      });
      listener.addTargets(`Route${n}`, {
        port: 80,
        priority: n + 1,
        conditions: [elbv2.ListenerCondition.pathPatterns([`/r${n}`, `/r${n}/*`])],
        targets: addresses.map(address => new targets.IpTarget(interfaces.getResponseField(address))),
        healthCheck: HEALTH_CHECK,
        deregistrationDelay: Duration.seconds(30),
      });
    });
  }
}
