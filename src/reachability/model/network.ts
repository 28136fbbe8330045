import { Connections } from './connections';
import { HandedOut } from './handed-out';
import { LoadBalancers } from './load-balancers';
import { Names } from './names';
import { Parties } from './parties';
import { PrivateLink } from './private-link';
import { SecurityGroups } from './security-groups';
import { Targets } from './targets';
import { Vpcs } from './vpcs';
import { TemplateSource } from '../contract';
import { Stacks } from '../template/stacks';

/** The network that templates describe. */
export class Network {
  /** Resources whose ids are given to something that may change them out of sight. */
  public readonly handedOut: HandedOut;
  public readonly stacks: Stacks;
  public readonly vpcs: Vpcs;
  public readonly groups: SecurityGroups;
  public readonly connections: Connections;
  public readonly parties: Parties;
  public readonly balancers: LoadBalancers;
  public readonly targets: Targets;
  public readonly privateLink: PrivateLink;
  public readonly names: Names;

  constructor(sources: readonly TemplateSource[]) {
    this.stacks = new Stacks(sources);
    this.handedOut = new HandedOut(this.stacks);
    this.vpcs = new Vpcs(this.stacks);
    this.groups = new SecurityGroups(this.stacks);
    this.connections = new Connections(this.stacks, this.vpcs);
    this.parties = new Parties(this.stacks, this.vpcs, this.groups);
    this.balancers = new LoadBalancers(this.stacks, this.parties);
    this.targets = new Targets(this.stacks, this.parties, this.balancers, this.vpcs);
    this.privateLink = new PrivateLink(this.stacks, this.balancers);
    this.names = new Names(this.stacks, this.vpcs, this.balancers);
  }
}
