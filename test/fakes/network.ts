import { BlockList, isIPv6 } from 'node:net';
import { REGION } from './environment';
import { AwsError } from './protocol';
import { Random } from './random';
import { Answer } from './target-health';

export interface Vpc {
  readonly vpcId: string;
  readonly subnets: Subnet[];
}

export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly ipv6CidrBlock: string;
  readonly availabilityZone: string;
}

export interface NetworkInterface {
  readonly networkInterfaceId: string;
  readonly subnet: Subnet;
  readonly interfaceType: string;
  readonly description: string;
  readonly privateIpAddress?: string;
  readonly ipv6Address?: string;
}

export type EndpointState = 'pendingAcceptance' | 'pending' | 'available' | 'deleting' | 'deleted' | 'rejected' | 'failed' | 'expired' | 'partial';
export type EndpointIpAddressType = 'ipv4' | 'ipv6' | 'dualstack';

export interface Endpoint {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  readonly serviceName: string;
  readonly ipAddressType: EndpointIpAddressType;
  state: EndpointState;
  /** What health checks find behind it. */
  answers: Answer;
  privateDnsEnabled: boolean;
  /** One in each subnet. */
  networkInterfaces: NetworkInterface[];
}

export interface EndpointProps {
  /** @default - the subnets of a new VPC with two zones */
  readonly subnets?: Subnet[];
  /** @default 'available' */
  readonly state?: EndpointState;
  /** @default 'ipv4' */
  readonly ipAddressType?: EndpointIpAddressType;
  /** @default false */
  readonly privateDnsEnabled?: boolean;
  /** @default - that of a service of nobody's */
  readonly serviceName?: string;
}

/** VPCs, subnets, interface endpoints and network interfaces; its methods do what CloudFormation or an operator would. */
export class Network {
  readonly endpoints = new Map<string, Endpoint>();
  readonly networkInterfaces = new Map<string, NetworkInterface>();
  readonly vpcs = new Map<string, Vpc>();
  private subnetCount = 0;
  /** Who has an address, or had it. */
  private readonly holders = new Map<string, { readonly endpoint?: Endpoint; readonly networkInterfaceId: string }>();

  constructor(private readonly random: Random) {}

  /** A VPC with one subnet a CIDR block, in the zones a, b, c and so on. */
  createVpc(cidrBlocks: string[] = ['10.0.0.0/24', '10.0.1.0/24']): Vpc {
    const vpc: Vpc = { vpcId: this.id('vpc'), subnets: [] };
    this.vpcs.set(vpc.vpcId, vpc);
    cidrBlocks.forEach((cidrBlock, index) => this.createSubnet(vpc, cidrBlock, REGION + 'abcdef'.charAt(index)));
    return vpc;
  }

  createSubnet(vpc: Vpc, cidrBlock: string, availabilityZone: string): Subnet {
    const ipv6CidrBlock = `2001:db8:0:${(++this.subnetCount).toString(16)}::/64`;
    const subnet: Subnet = { subnetId: this.id('subnet'), vpcId: vpc.vpcId, cidrBlock, ipv6CidrBlock, availabilityZone };
    vpc.subnets.push(subnet);
    return subnet;
  }

  createEndpoint(props: EndpointProps = {}): Endpoint {
    const subnets = props.subnets ?? this.createVpc().subnets;
    const endpoint: Endpoint = {
      vpcEndpointId: this.id('vpce'),
      vpcId: subnets[0].vpcId,
      serviceName: props.serviceName ?? `com.amazonaws.vpce.${REGION}.${this.id('vpce-svc')}`,
      ipAddressType: props.ipAddressType ?? 'ipv4',
      state: props.state ?? 'available',
      answers: 'ok',
      privateDnsEnabled: props.privateDnsEnabled ?? false,
      networkInterfaces: [],
    };
    subnets.forEach(subnet => this.addSubnet(endpoint, subnet));
    this.endpoints.set(endpoint.vpcEndpointId, endpoint);
    return endpoint;
  }

  addSubnet(endpoint: Endpoint, subnet: Subnet): void {
    if (endpoint.networkInterfaces.some(eni => eni.subnet.availabilityZone === subnet.availabilityZone)) {
      throw new AwsError('DuplicateSubnetsInSameZone', `Found another VPC endpoint subnet in the availability zone of ${subnet.subnetId}.`);
    }
    endpoint.networkInterfaces.push(this.endpointInterface(endpoint, subnet));
  }

  removeSubnet(endpoint: Endpoint, subnet: Subnet): void {
    const removed = endpoint.networkInterfaces.find(eni => eni.subnet === subnet);
    if (!removed) { throw new Error(`${endpoint.vpcEndpointId} has no network interface in ${subnet.subnetId}`); }
    this.networkInterfaces.delete(removed.networkInterfaceId);
    endpoint.networkInterfaces = endpoint.networkInterfaces.filter(eni => eni !== removed);
  }

  /** AWS then replaces the network interfaces: ids and addresses change under the same endpoint id. */
  setPrivateDnsEnabled(endpoint: Endpoint, privateDnsEnabled: boolean): void {
    endpoint.privateDnsEnabled = privateDnsEnabled;
    const replaced = endpoint.networkInterfaces;
    endpoint.networkInterfaces = replaced.map(eni => this.endpointInterface(endpoint, eni.subnet));
    replaced.forEach(eni => this.networkInterfaces.delete(eni.networkInterfaceId));
  }

  deleteEndpoint(endpoint: Endpoint): void {
    endpoint.networkInterfaces.forEach(eni => this.networkInterfaces.delete(eni.networkInterfaceId));
    endpoint.networkInterfaces = [];
    endpoint.state = 'deleted';
    this.endpoints.delete(endpoint.vpcEndpointId);
  }

  /** An interface that belongs to no endpoint; `privateIpAddress` may be one that an endpoint has given up. */
  createNetworkInterface(subnet: Subnet, privateIpAddress = this.freeAddress(subnet)): NetworkInterface {
    return this.addInterface({ subnet, interfaceType: 'interface', description: '', privateIpAddress });
  }

  /** The attribute `NetworkInterfaceIds` as CloudFormation reads it: in no order that lasts. */
  networkInterfaceIds(endpoint: Endpoint): string[] {
    return this.shuffled(endpoint.networkInterfaces).map(eni => eni.networkInterfaceId);
  }

  /** What a test expects to find registered, sorted. */
  privateIpAddresses(endpoint: Endpoint): string[] {
    return endpoint.networkInterfaces.flatMap(eni => eni.privateIpAddress ?? []).sort();
  }

  /** The subnet of the VPC that an address lies in; AWS compares with the subnets, not with the VPC's CIDR blocks. */
  subnetOf(vpcId: string, address: string): Subnet | undefined {
    return this.vpcs.get(vpcId)?.subnets.find(subnet => contains(isIPv6(address) ? subnet.ipv6CidrBlock : subnet.cidrBlock, address));
  }

  /** Answers come in an order of their own, so that no caller can come to rely on one. */
  shuffled<T>(items: Iterable<T>): T[] {
    return this.random.shuffle([...items]);
  }

  /** What health checks find at an address; nobody answers for an interface that is gone, nor for an endpoint that is not available. */
  answerOf(address: string): Answer {
    const holder = this.holders.get(address);
    if (!holder) { return 'ok'; }
    const gone = !this.networkInterfaces.has(holder.networkInterfaceId) || (holder.endpoint && holder.endpoint.state !== 'available');
    return gone ? 'Target.Timeout' : holder.endpoint?.answers ?? 'ok';
  }

  private endpointInterface(endpoint: Endpoint, subnet: Subnet): NetworkInterface {
    return this.addInterface({
      subnet,
      interfaceType: 'vpc_endpoint',
      description: `VPC Endpoint Interface ${endpoint.vpcEndpointId}`,
      privateIpAddress: endpoint.ipAddressType === 'ipv6' ? undefined : this.freeAddress(subnet),
      ipv6Address: endpoint.ipAddressType === 'ipv4' ? undefined : this.freeIpv6Address(subnet),
    }, endpoint);
  }

  private addInterface(props: Omit<NetworkInterface, 'networkInterfaceId'>, endpoint?: Endpoint): NetworkInterface {
    const networkInterfaceId = this.id('eni');
    const networkInterface = { networkInterfaceId, ...props };
    this.networkInterfaces.set(networkInterfaceId, networkInterface);
    for (const address of [props.privateIpAddress, props.ipv6Address]) {
      if (address) { this.holders.set(address, { endpoint, networkInterfaceId }); }
    }
    return networkInterface;
  }

  private freeAddress(subnet: Subnet): string {
    const [base, prefix] = subnet.cidrBlock.split('/');
    const first = base.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
    const taken = new Set([...this.networkInterfaces.values()].filter(eni => eni.subnet === subnet).map(eni => eni.privateIpAddress));
    // AWS keeps the first four addresses of a subnet and the last one for itself
    const offsets = Array.from({ length: 2 ** (32 - Number(prefix)) - 5 }, (_, index) => index + 4);
    const free = offsets.map(offset => dotted(first + offset)).filter(address => !taken.has(address));
    if (free.length === 0) { throw new Error(`No free address in ${subnet.cidrBlock}`); }
    return free[this.random.below(free.length)];
  }

  private freeIpv6Address(subnet: Subnet): string {
    const hextets = Array.from({ length: 4 }, () => (1 + this.random.below(0xffff)).toString(16));
    return subnet.ipv6CidrBlock.replace('::/64', `:${hextets.join(':')}`);
  }

  private id(prefix: string): string {
    return `${prefix}-0${this.random.hex(16)}`;
  }
}

export function contains(cidrBlock: string, address: string): boolean {
  const [base, prefix] = cidrBlock.split('/');
  const family = isIPv6(base) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(base, Number(prefix), family);
  return block.check(address, family);
}

function dotted(number: number): string {
  return [256 ** 3, 256 ** 2, 256, 1].map(unit => Math.floor(number / unit) % 256).join('.');
}
