import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, Annotations, CustomResource, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { closedSecurityGroup } from './closed-security-group';
import { afterOpenings, connectableIn, warnOfUnknownGroups } from './connectable-in';
import { Destination, Targets, TargetsProps } from './destination';
import { acceptanceOf, acceptCommand } from './endpoint-acceptance';
import { EndpointAccess } from './endpoint-access';
import { EndpointDrain } from './endpoint-drain';
import { endpointSubnets } from './endpoint-subnets';
import { healthCheckPorts } from './health-check';
import { idOfConstruct, idOfValue, pathBelowStage, readableName } from './identity';
import { IEndpointService } from '../endpoint-service';
import { NlbEndpointService } from '../nlb-endpoint-service';

/** Interface endpoints in a VPC that AWS allows unless a higher quota was granted. */
const ENDPOINTS_QUOTA = 50;

/** Where a hub's endpoints stand, and who reaches them. */
export interface HubEndpointsProps {
  readonly vpc: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly albZones?: string[];
  readonly listener: elbv2.IApplicationListener;
}

/** The endpoints behind a hub: one a service, all in one security group that the load balancer alone may reach. */
export class HubEndpoints {
  private readonly destinations = new Map<string, Destination>();
  private readonly made = new Set<Destination>();
  private drain?: EndpointDrain;
  private securityGroup?: ec2.SecurityGroup;
  private access?: EndpointAccess;

  constructor(private readonly scope: Construct, private readonly props: HubEndpointsProps) {}

  /** The destination of an endpoint that exists already. */
  public given(endpoint: ec2.IInterfaceVpcEndpoint): Destination {
    return this.destination(idOfConstruct(endpoint), id => new Destination(this.scope, id, endpoint));
  }

  /** The destination of a service, with an endpoint that is made when the first route asks for it. */
  public ofService(service: IEndpointService): Destination {
    return this.destination(idOfValue(this.scope, service.name), id => this.make(id, service));
  }

  /** Lets the load balancer reach an endpoint, for requests and health checks, before its addresses are registered. */
  public open(destination: Destination, { targetGroup, registration }: Targets, { port, healthCheck }: TargetsProps): void {
    const endpoint = connectableIn(this.scope, destination.endpoint);
    warnOfUnknownGroups(this.scope, endpoint, destination.endpoint);
    this.drain?.add(destination.node.id, targetGroup, registration);
    for (const each of [port, ...healthCheckPorts(healthCheck)]) {
      if (this.made.has(destination)) {
        this.access!.add(each);
      } else {
        targetGroup.registerConnectable(endpoint, ec2.Port.tcp(each));
      }
    }
    afterOpenings(registration, this.props.listener, endpoint);
  }

  /** What waits until an endpoint of the hub is accepted. */
  public acceptance(endpoint: ec2.IInterfaceVpcEndpoint): CustomResource {
    return acceptanceOf([...this.destinations.values()].find(destination => destination.endpoint === endpoint)!, endpoint);
  }

  private destination(id: string, make: (id: string) => Destination): Destination {
    const destination = this.destinations.get(id) ?? make(id);
    this.destinations.set(id, destination);
    return destination;
  }

  private make(id: string, service: IEndpointService): Destination {
    const { vpc, subnets, albZones } = this.props;
    const chosen = endpointSubnets(this.scope, vpc, subnets, albZones, service);
    const destination = new Destination(this.scope, id, {
      vpc,
      service,
      subnets: { subnets: chosen },
      securityGroups: [this.endpointGroup()],
      open: false,
      privateDnsEnabled: false,
      serviceRegion: this.foreignRegion(service),
    });
    Tags.of(destination.endpoint).add('Name', destination.endpoint.node.path.slice(-256));
    this.made.add(destination);
    this.drain ??= new EndpointDrain(this.scope, 'EndpointDrain');
    this.drain.guard(id, destination.endpoint as ec2.InterfaceVpcEndpoint, chosen);
    this.warn(destination, service);
    return destination;
  }

  private endpointGroup(): ec2.SecurityGroup {
    if (!this.securityGroup) {
      const description = `Interface endpoints of ${pathBelowStage(this.scope)}`;
      this.securityGroup = closedSecurityGroup(this.scope, 'EndpointSecurityGroup', this.props.vpc, description);
      this.access = new EndpointAccess(this.scope, this.props.listener, this.securityGroup);
    }
    return this.securityGroup;
  }

  private foreignRegion({ region }: IEndpointService): string | undefined {
    const here = Stack.of(this.scope).region;
    return region === here ? undefined : region;
  }

  private warn(destination: Destination, service: IEndpointService): void {
    const isAccepted = service instanceof NlbEndpointService && service._accepts(Stack.of(this.scope).account);
    if (service.acceptanceRequired && !isAccepted) {
      const { endpoint } = destination;
      const output = acceptCommand(destination, endpoint, service);
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:acceptanceRequired',
        `service ${readableName(service)} accepts endpoints by hand: until then its routes answer with errors. The provider accepts with `
        + `'aws ec2 accept-vpc-endpoint-connections --service-id SERVICE_ID --vpc-endpoint-ids ENDPOINT_ID'; the endpoint is ${endpoint.node.path}. `
        + `Deployed, the stack has the whole command as its output ${output.node.path}.`);
    }
    if (this.made.size === ENDPOINTS_QUOTA + 1) {
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:interfaceEndpointsQuota',
        `more than ${ENDPOINTS_QUOTA} interface endpoints, which is what AWS allows in a VPC unless it granted more. `
        + 'Ask for a higher quota (VPC, interface VPC endpoints per VPC) before deploying, or let routes share services.');
    }
  }
}
