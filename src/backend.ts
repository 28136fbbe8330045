import {
  aws_autoscaling as autoscaling, aws_ec2 as ec2, aws_ecs as ecs, aws_elasticloadbalancingv2 as elbv2, aws_elasticloadbalancingv2_targets as targets,
  aws_lambda as lambda, Annotations, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkAddresses } from './private/addresses';
import { differenceFrom } from './private/environment';
import { idOfValue } from './private/identity';
import { checkKind, checkKinds } from './private/kinds';
import { invalid, Validate } from './private/validate';

/** What a load balancer must know of a backend: the result of `Backend.bind`. */
export interface BackendConfig {
  /**
   * How the targets are named in the target group. A change replaces the group.
   */
  readonly targetType: elbv2.TargetType;

  /**
   * The port on which the targets answer, 1 to 65535. It is the port of the target group, so changing it replaces the group, unless `targetsHavePorts`.
   *
   * @default - none, for Lambda functions
   */
  readonly port?: number;

  /**
   * Whether each target is registered with a port of its own, as ECS does, so that the port of the target group is for show. It is then 80 or 443, by protocol, and another
   * `port` replaces nothing.
   *
   * @default false
   */
  readonly targetsHavePorts?: boolean;

  /**
   * What tells these targets from others where a target group cannot exchange them. It becomes part of the group's logical id, so that other targets get a group beside
   * the old one, which goes when requests are sent to the new one.
   *
   * @default - the group exchanges its targets in place
   */
  readonly targetsId?: string;

  /**
   * What the targets speak on `port`. A change replaces the target group.
   *
   * @default - HTTPS on ports 443 and 8443, otherwise HTTP; none, for Lambda functions
   */
  readonly protocol?: elbv2.ApplicationProtocol;

  /**
   * The ports to open in security groups, where they are not just `port`: containers behind dynamic host ports, for instance.
   *
   * @default - TCP on `port`
   */
  readonly openPorts?: ec2.Port;

  /**
   * The security groups to open: egress of the load balancer to them, ingress of them from the load balancer.
   *
   * @default - nothing is opened
   */
  readonly connectables?: ec2.IConnectable[];

  /**
   * Whether the backend puts itself into the target group and so depends on it, as Auto Scaling groups and ECS services do. Security group rules
   * between two stacks then belong to the backend's stack; otherwise to the load balancer's stack, whose target group names the targets.
   *
   * @default false
   */
  readonly selfRegistering?: boolean;

  /**
   * The targets behind an Application Load Balancer.
   *
   * @default - does not fit behind an Application Load Balancer
   */
  readonly applicationTargets?: elbv2.IApplicationLoadBalancerTarget[];

  /**
   * The targets behind a Network Load Balancer.
   *
   * @default - does not fit behind a Network Load Balancer
   */
  readonly networkTargets?: elbv2.INetworkLoadBalancerTarget[];

  /**
   * The health check that suits the backend. What the user of the load balancer sets goes before it, prop by prop.
   *
   * @default - the load balancer's own default
   */
  readonly healthCheck?: elbv2.HealthCheck;
}

/** Where instances and Auto Scaling groups answer. */
export interface BackendPortOptions {
  /**
   * The port on which the targets answer, 1 to 65535. Changing it replaces the target group.
   */
  readonly port: number;
}

/** Which container of an ECS service answers. */
export interface EcsBackendOptions {
  /**
   * The name of the container in the task definition.
   */
  readonly containerName: string;

  /**
   * The port of the container, 1 to 65535, as in its port mappings. When it changes, ECS rolls its tasks, and the target group stays.
   */
  readonly containerPort: number;

  /**
   * What the container runs on, for services in network mode bridge or host: the Auto Scaling group behind the cluster's capacity provider, whose security group the CDK
   * does not tell the service. It is opened for the load balancer.
   *
   * @default - the security groups of the service; an error where it has none
   */
  readonly connectable?: ec2.IConnectable;
}

/** Where IP addresses answer. */
export interface IpAddressesBackendOptions extends BackendPortOptions {
  /**
   * The security group of what stands behind the addresses. It is opened for the load balancer.
   *
   * @default - only the egress of the load balancer's own group is opened, to each address
   */
  readonly connectable?: ec2.IConnectable;

  /**
   * `all` for addresses outside the VPC of the load balancer (on premises, in a peered VPC), as ELBv2 demands.
   *
   * @default - the addresses lie inside the load balancer's VPC
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
   */
  readonly availabilityZone?: string;
}

/** What target objects of the CDK do not tell themselves. */
export interface TargetsBackendOptions extends BackendPortOptions {
  /**
   * The security groups of what stands behind the targets. They are opened for the load balancer.
   *
   * @default - nothing is opened
   */
  readonly connectables?: ec2.IConnectable[];

  /**
   * How the targets are named in the target group: `INSTANCE`, `IP`, `ALB` or `LAMBDA`.
   *
   * @default elbv2.TargetType.IP
   */
  readonly targetType?: elbv2.TargetType;
}

/**
 * What answers the requests behind a load balancer, and which security groups that takes.
 *
 * Choose a factory, or extend the class to bring a backend of your own: implement `bind`.
 *
 * @example
 * declare const vpc: ec2.Vpc;
 * declare const group: autoscaling.AutoScalingGroup;
 *
 * new NlbEndpointService(this, 'Orders', {
 *   vpc,
 *   backend: Backend.autoScalingGroup(group, { port: 8080 }),
 * });
 */
export abstract class Backend {
  /**
   * EC2 instances, by their ids. The security groups of all of them are opened.
   *
   * Instances that are replaced (by a new image, for instance) change in the target group in the same deployment, without draining: a deployment that
   * replaces all instances at once interrupts the service. An Auto Scaling group with rolling updates does not.
   *
   * @param instances at least one
   * @param options where they answer
   */
  public static instances(instances: ec2.IInstance[], options: BackendPortOptions): Backend {
    return new PortBackend('instances', options.port, scope => {
      new Validate(scope).notEmpty('instances', instances, 'Give Backend.instances() the instances that answer the requests.');
      checkKinds(scope, 'instances', instances, 'instance');
      new Validate(scope).notTwice('instances', instances, instance => instance.node.path);
      const list = instances.map(instance => new targets.InstanceIdTarget(instance.instanceId, options.port));
      return {
        targetType: elbv2.TargetType.INSTANCE,
        connectables: instances,
        applicationTargets: list,
        networkTargets: list,
      };
    });
  }

  /**
   * The instances of an Auto Scaling group. The group registers and deregisters them itself.
   *
   * @param group a group of the same app. Imported groups cannot be attached
   * @param options where its instances answer
   */
  public static autoScalingGroup(group: autoscaling.AutoScalingGroup, options: BackendPortOptions): Backend {
    return new PortBackend('autoScalingGroup', options.port, scope => {
      checkKind(scope, 'group', group, 'auto scaling group');
      return {
        targetType: elbv2.TargetType.INSTANCE,
        selfRegistering: true,
        connectables: [group],
        applicationTargets: [group],
        networkTargets: [group],
      };
    });
  }

  /**
   * The tasks of an ECS service, on Fargate or EC2, in any network mode with ports. ECS registers and deregisters them itself.
   *
   * @param service a service of the same app. Imported services cannot be attached
   * @param options which container answers
   */
  public static ecsService(service: ecs.BaseService, options: EcsBackendOptions): Backend {
    return new PortBackend('ecsService', options.containerPort, scope => {
      const { containerName, containerPort } = options;
      checkKind(scope, 'service', service, 'ecs service');
      if (options.connectable) { checkKind(scope, 'connectable', options.connectable, 'client'); }
      const mapping = service.taskDefinition.findContainer(containerName)?.findPortMapping(containerPort, ecs.Protocol.TCP);
      if (mapping === undefined) {
        throw invalid(scope, `'containerName' is '${containerName}' and 'containerPort' ${containerPort}, for which ${service.taskDefinition.node.path} has no TCP port mapping. `
          + 'Name a container and a port that its task definition maps.');
      }
      const connectable = options.connectable ?? service;
      if (connectable.connections.securityGroups.length === 0) {
        throw invalid(scope, `no security group is known of ${service.node.path}, so that nothing would reach it: in network mode '${service.taskDefinition.networkMode}' `
          + "it is that of the instances. Give Backend.ecsService() the cluster's Auto Scaling group as 'connectable'.");
      }
      const target = service.loadBalancerTarget({ containerName, containerPort });
      const { networkMode } = service.taskDefinition;
      const dynamicPorts = networkMode === ecs.NetworkMode.BRIDGE && !mapping.hostPort;
      return {
        targetType: networkMode === ecs.NetworkMode.AWS_VPC ? elbv2.TargetType.IP : elbv2.TargetType.INSTANCE,
        targetsHavePorts: true,
        openPorts: dynamicPorts ? ec2.Port.tcpRange(32768, 65535) : ec2.Port.tcp(mapping.hostPort || containerPort),
        selfRegistering: true,
        connectables: [connectable],
        applicationTargets: [target],
        networkTargets: [target],
      };
    });
  }

  /**
   * IP addresses in the VPC of the load balancer, or outside it with `availabilityZone: 'all'`.
   *
   * @param addresses at least one IPv4 address
   * @param options where they answer
   */
  public static ipAddresses(addresses: string[], options: IpAddressesBackendOptions): Backend {
    return new PortBackend('ipAddresses', options.port, scope => {
      const { availabilityZone, connectable } = options;
      checkAddresses(scope, addresses, availabilityZone);
      if (connectable) { checkKind(scope, 'connectable', connectable, 'client'); }
      const list = addresses.map(address => new targets.IpTarget(address, options.port, availabilityZone));
      const peers = addresses.map(address => ec2.Peer.ipv4(`${address}/32`));
      return {
        targetType: elbv2.TargetType.IP,
        connectables: connectable ? [connectable] : peers,
        applicationTargets: list,
        networkTargets: list,
      };
    });
  }

  /**
   * An Application Load Balancer behind a Network Load Balancer: so that an internal ALB can be published through PrivateLink.
   *
   * The Network Load Balancer forwards TCP to the port of the listener and checks health over the protocol of the listener, path `/`.
   * Answers other than 200 to 399 count as unhealthy, such as the 404 of an `InternalAlb` without a backend.
   *
   * @param listener a listener of an Application Load Balancer in the same VPC
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
   */
  public static applicationLoadBalancer(listener: elbv2.ApplicationListener): Backend {
    return new FixedBackend(scope => {
      checkKind(scope, 'listener', listener, 'listener');
      return {
        targetType: elbv2.TargetType.ALB,
        port: listener.port,
        protocol: listener.protocol,
        connectables: [listener.loadBalancer],
        networkTargets: [new targets.AlbListenerTarget(listener)],
        healthCheck: { protocol: listener.protocol as string as elbv2.Protocol, path: '/' },
      };
    });
  }

  /**
   * A Lambda function or alias behind an Application Load Balancer, of its account and Region. Load balancers may invoke it; no security group is involved. A target group
   * takes one function for good: another function gets a group beside the old one. A version is another function at each change of its code; give an alias instead.
   *
   * @param fn the function. Imported with `sameEnvironment: true` where the CDK does not know that it belongs to this account
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
   */
  public static lambdaFunction(fn: lambda.IFunction): Backend {
    return new FixedBackend(scope => {
      checkKind(scope, 'fn', fn, 'function');
      const foreign = differenceFrom(scope, fn.env);
      if (foreign) {
        throw invalid(scope, `'fn' is ${fn.node.path}, which is in the ${foreign} ${fn.env[foreign]}, and the load balancer is in ${Stack.of(scope)[foreign]}. `
          + 'Elastic Load Balancing invokes functions of its own account and Region; put one there.');
      }
      if (fn instanceof lambda.Version) {
        Annotations.of(scope).addWarningV2('cdk-alb-privatelink:functionVersion',
          `${fn.node.path} is a version of a function, which is replaced when its code changes, and a target group does not exchange functions. `
          + 'Give Backend.lambdaFunction() an alias, which moves from version to version.');
      }
      return {
        targetType: elbv2.TargetType.LAMBDA,
        targetsId: idOfValue(scope, fn.functionArn),
        applicationTargets: [new targets.LambdaTarget(fn)],
      };
    });
  }

  /**
   * Any targets of the CDK behind an Application Load Balancer, the network interfaces of an endpoint (`InterfaceEndpointTarget`) for instance.
   *
   * @param applicationTargets at least one
   * @param options what the targets do not tell themselves
   */
  public static applicationTargets(applicationTargets: elbv2.IApplicationLoadBalancerTarget[], options: TargetsBackendOptions): Backend {
    return Backend.ofTargets('applicationTargets', applicationTargets, options, { applicationTargets });
  }

  /**
   * Any targets of the CDK behind a Network Load Balancer, the network interfaces of an endpoint (`InterfaceEndpointTarget`) for instance.
   *
   * @param networkTargets at least one
   * @param options what the targets do not tell themselves
   */
  public static networkTargets(networkTargets: elbv2.INetworkLoadBalancerTarget[], options: TargetsBackendOptions): Backend {
    return Backend.ofTargets('networkTargets', networkTargets, options, { networkTargets });
  }

  private static ofTargets(
    name: string, list: unknown[], options: TargetsBackendOptions, either: Pick<BackendConfig, 'applicationTargets' | 'networkTargets'>,
  ): Backend {
    return new PortBackend(name, options.port, scope => {
      new Validate(scope).notEmpty(name, list, `Give Backend.${name}() the targets that answer the requests.`);
      return { targetType: options.targetType ?? elbv2.TargetType.IP, connectables: options.connectables, ...either };
    });
  }

  /**
   * Called by a load balancer when it takes the backend. A backend of your own has to say its `targetType` and `port`, and its `applicationTargets` to stand behind an Application
   * Load Balancer, its `networkTargets` to stand behind a Network Load Balancer. `connectables` are opened; they can be security groups, or peers such as `ec2.Peer.ipv4()`.
   *
   * @param scope the construct that takes the backend. Errors name it, and constructs that the backend needs can be made in it
   * @returns what a load balancer must know of the backend
   *
   * @example
   * class Mainframe extends Backend {
   *   public bind(_scope: Construct): BackendConfig {
   *     const target = new targets.IpTarget('192.168.7.9', 8080, 'all');
   *     return {
   *       targetType: elbv2.TargetType.IP,
   *       port: 8080,
   *       connectables: [ec2.Peer.ipv4('192.168.7.9/32')],
   *       applicationTargets: [target],
   *       networkTargets: [target],
   *     };
   *   }
   * }
   */
  public abstract bind(scope: Construct): BackendConfig;
}

class FixedBackend extends Backend {
  constructor(private readonly config: (scope: Construct) => BackendConfig) {
    super();
  }

  public bind(scope: Construct): BackendConfig {
    return this.config(scope);
  }
}

/** A backend with a port that is checked when the backend is taken, so that the error names the construct that takes it. */
class PortBackend extends FixedBackend {
  constructor(factory: string, port: number, config: (scope: Construct) => BackendConfig) {
    super(scope => {
      new Validate(scope).integer('port', port, 1, 65535, `It is the port that Backend.${factory}() was given.`);
      return { port, ...config(scope) };
    });
  }
}
