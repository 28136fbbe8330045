import { aws_ec2 as ec2, Aspects, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { portRanges } from './port-ranges';

/** More ports than this are opened as ranges: each rule is two resources and counts against the quota of rules in two groups. */
const MAX_RULES = 10;

/** The one opening between a load balancer and the endpoints behind it: as many rules as needed, known when all ports are. */
export class EndpointAccess {
  private readonly ports = new Set<number>();

  constructor(scope: IConstruct, private readonly loadBalancer: ec2.IConnectable, private readonly endpoints: ec2.IConnectable) {
    Aspects.of(scope).add({ visit: node => { if (node === scope) { this.open(); } } });
  }

  public add(port: number): void {
    this.ports.add(port);
  }

  private open(): void {
    const [unknown, known] = [true, false].map(wanted => [...this.ports].filter(port => Token.isUnresolved(port) === wanted));
    const ranges = [...unknown.map(port => ({ from: port, to: port })), ...portRanges(known, MAX_RULES)];
    for (const { from, to } of ranges) {
      this.endpoints.connections.allowFrom(this.loadBalancer, from === to ? ec2.Port.tcp(from) : ec2.Port.tcpRange(from, to), 'Load balancer to endpoints');
    }
  }
}
