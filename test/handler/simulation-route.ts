import { type RouteName } from './histories-steps';
import { REGISTRATION_TYPE } from '../../src/handler/contract';
import {
  type Answer, CustomResource, type Endpoint, type FakeAws, type Handler, type NetworkInterface, type Properties, type Subnet, type TargetGroup,
} from '../fakes';

/** What is wanted of a route. */
export interface RouteDesign {
  readonly zones: number[];
  /** Another one replaces the endpoint. */
  readonly service: number;
  readonly privateDns: boolean;
  readonly port: number;
  /** Another one replaces the target group. */
  readonly group: number;
  readonly refresh: number;
}

/** A step of the clean-up phase; smaller ranks go first. */
export interface CleanUp {
  readonly rank: number;
  readonly run: () => Promise<void>;
}

/** What an update notes for its end, good or bad. */
export interface Journal {
  /** Takes the changes back, in the order in which they were made. */
  readonly undo: (() => Promise<void>)[];
  readonly onSuccess: CleanUp[];
  readonly onRollback: CleanUp[];
}

export interface RouteContext {
  readonly aws: FakeAws;
  readonly subnets: Subnet[];
  readonly delay: number;
  /** Whether a rollback sends the properties as they were, or as they resolve by now. */
  readonly staleRollback: boolean;
  readonly handler: Handler;
  readonly pause: (seconds: number) => Promise<void>;
  /** Before an interface goes. */
  readonly interfaceGoes: (networkInterface: NetworkInterface, of: RouteName, why: string) => void;
  readonly endpointMade: (endpoint: Endpoint) => void;
  /** Before a group goes. */
  readonly groupGoes: (group: TargetGroup) => void;
  /** What is sick of the routes and the services and ports behind them, by `a`, `a/service 2` or `a/port 80`. */
  readonly sick: Map<string, Exclude<Answer, 'ok'>>;
}

export const RANKS = { rule: 0, registration: 1, endpoint: 2, group: 3 };

/** Endpoint, target group, registration and rule of one path, changed as CloudFormation changes them. */
export class Route {
  group?: TargetGroup;
  endpoint?: Endpoint;
  deployed?: RouteDesign;
  /** When the interfaces or targets last changed for another reason than the registration, and when a run of it last began that succeeded. */
  changedAt = 0;
  registeredAt = -1;
  readonly registration: CustomResource;
  private ruled?: TargetGroup;
  private networkInterfaceIds: string[] = [];
  private readonly services = new Map<Endpoint, number>();

  constructor(readonly name: RouteName, private readonly context: RouteContext) {
    this.registration = new CustomResource({
      resourceType: REGISTRATION_TYPE, logicalResourceId: `Route${name.toUpperCase()}Registration`, handler: context.handler,
    });
  }

  async putGroup(design: RouteDesign, { undo, onSuccess, onRollback }: Journal): Promise<void> {
    if (this.group && this.deployed?.group === design.group) { return; }
    const { aws, subnets } = this.context;
    const old = this.group;
    const made = aws.targetGroups.create({
      vpc: aws.network.vpcs.get(subnets[0].vpcId)!,
      name: `${this.name}${design.group}`,
      inUse: false,
      deregistrationDelay: this.context.delay,
      tags: { owner: 'somebody' },
    });
    made.answers = ({ port }) => this.context.sick.get(`${this.name}/port ${port}`) ?? 'ok';
    this.group = made;
    undo.push(async () => { this.group = old; });
    onRollback.push({ rank: RANKS.group, run: async () => this.deleteGroup(made) });
    if (old) { onSuccess.push({ rank: RANKS.group, run: async () => this.deleteGroup(old) }); }
  }

  async putEndpoint(design: RouteDesign, { undo, onSuccess, onRollback }: Journal): Promise<void> {
    const { endpoint: old, deployed: before, networkInterfaceIds: oldIds } = this;
    const subnets = design.zones.map(zone => this.context.subnets[zone]);
    if (!old || before?.service !== design.service) {
      await this.context.pause(40);
      const made = this.context.aws.network.createEndpoint({ subnets, privateDnsEnabled: design.privateDns });
      this.services.set(made, design.service);
      this.endpoint = made;
      this.answer();
      this.context.endpointMade(made);
      this.interfacesChanged();
      undo.push(async () => {
        this.endpoint = old;
        this.networkInterfaceIds = oldIds;
        this.changedAt = this.context.aws.clock.now();
      });
      onRollback.push({ rank: RANKS.endpoint, run: async () => this.deleteEndpoint(made, 'the deletion of the new endpoint') });
      if (old) { onSuccess.push({ rank: RANKS.endpoint, run: async () => this.deleteEndpoint(old, 'the deletion of the old endpoint') }); }
    } else if (before.privateDns !== design.privateDns || before.zones.join() !== design.zones.join()) {
      await this.modifyEndpoint(old, subnets, design.privateDns);
      undo.push(async () => this.modifyEndpoint(old, before.zones.map(zone => this.context.subnets[zone]), before.privateDns));
    }
  }

  async putRegistration(design: RouteDesign, { undo, onRollback }: Journal): Promise<void> {
    const properties = this.properties(design);
    if (!this.registration.physicalResourceId) {
      onRollback.push({ rank: RANKS.registration, run: async () => { await this.registration.delete(); } });
      await this.registration.create(properties);
    } else {
      const before = this.deployed!;
      undo.push(async () => { await this.registration.rollback(this.context.staleRollback ? undefined : this.properties(before)); });
      await this.registration.update(properties);
    }
  }

  /** The rule leads to the group. */
  async putRule({ undo, onRollback }: Journal): Promise<void> {
    const { ruled: old, group } = this;
    if (old === group) { return; }
    await this.context.pause(2);
    this.lead(group);
    if (old) {
      undo.push(async () => this.lead(old));
    } else {
      onRollback.push({ rank: RANKS.rule, run: async () => this.lead(undefined) });
    }
  }

  /** What goes with a route that is no longer wanted. */
  removal(): CleanUp[] {
    const { group, endpoint, deployed } = this;
    if (!group || !endpoint || !deployed) { return []; }
    return [
      { rank: RANKS.rule, run: async () => this.lead(undefined) },
      { rank: RANKS.registration, run: async () => { await this.registration.delete(); } },
      { rank: RANKS.endpoint, run: async () => this.deleteEndpoint(endpoint, 'the deletion of the endpoint') },
      { rank: RANKS.group, run: async () => this.deleteGroup(group) },
      { rank: RANKS.group, run: async () => this.forget() },
    ];
  }

  forget(): void {
    Object.assign(this, { group: undefined, endpoint: undefined, deployed: undefined });
  }

  subnetIds(zones: number[]): string[] {
    return zones.map(zone => this.context.subnets[zone].subnetId);
  }

  /** What a registration is told. */
  properties(design: RouteDesign): Properties {
    return {
      EndpointId: this.endpoint!.vpcEndpointId,
      NetworkInterfaceIds: this.networkInterfaceIds,
      SubnetIds: this.subnetIds(design.zones),
      PrivateDnsEnabled: design.privateDns,
      TargetGroupArn: this.group!.targetGroupArn,
      TargetGroupVpcId: this.group!.vpcId,
      Port: design.port,
      Refresh: design.refresh,
    };
  }

  /** Hands the health of what is behind on to the endpoints. */
  answer(): void {
    for (const [endpoint, service] of this.services) {
      endpoint.answers = this.context.sick.get(this.name) ?? this.context.sick.get(`${this.name}/service ${service}`) ?? 'ok';
    }
  }

  private lead(group: TargetGroup | undefined): void {
    if (this.ruled) { this.ruled.inUse = false; }
    this.ruled = group;
    if (group) { group.inUse = true; }
    this.context.aws.targetGroups.observeAll();
  }

  private async modifyEndpoint(endpoint: Endpoint, subnets: Subnet[], privateDns: boolean): Promise<void> {
    const { network } = this.context.aws;
    await this.context.pause(20);
    const before = endpoint.networkInterfaces;
    for (const eni of before.filter(({ subnet }) => !subnets.includes(subnet))) {
      this.context.interfaceGoes(eni, this.name, 'the removal of a subnet');
      network.removeSubnet(endpoint, eni.subnet);
    }
    const present = before.map(({ subnet }) => subnet);
    subnets.filter(subnet => !present.includes(subnet)).forEach(subnet => network.addSubnet(endpoint, subnet));
    if (endpoint.privateDnsEnabled !== privateDns) { network.setPrivateDnsEnabled(endpoint, privateDns); }
    this.interfacesChanged();
  }

  private interfacesChanged(): void {
    this.networkInterfaceIds = this.context.aws.network.networkInterfaceIds(this.endpoint!);
    this.changedAt = this.context.aws.clock.now();
  }

  private async deleteEndpoint(endpoint: Endpoint, why: string): Promise<void> {
    await this.context.pause(10);
    endpoint.networkInterfaces.forEach(eni => this.context.interfaceGoes(eni, this.name, why));
    this.context.aws.network.deleteEndpoint(endpoint);
  }

  private async deleteGroup(group: TargetGroup): Promise<void> {
    this.context.groupGoes(group);
    this.context.aws.targetGroups.delete(group);
  }
}
