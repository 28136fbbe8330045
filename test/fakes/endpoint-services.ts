import { Clock } from './clock';
import { REGION } from './environment';
import type { Endpoint } from './network';
import { AwsError } from './protocol';
import { Random } from './random';

export interface EndpointService {
  readonly serviceId: string;
  readonly serviceName: string;
  readonly privateDnsName?: string;
  /** Of the TXT record that proves who owns the domain. */
  readonly recordName: string;
  readonly recordValue: string;
  verification: 'pendingVerification' | 'verified' | 'failed';
  /** Whether the TXT record can be found. */
  recordIsThere: boolean;
  verificationSeconds: number;
  /** From being accepted to being available. */
  readonly acceptanceSeconds: number;
}

/** An endpoint at a service, as its provider sees it. */
export interface Connection {
  readonly service: EndpointService;
  readonly endpoint: Endpoint;
  /** The account of the endpoint. */
  readonly owner: string;
  /** What AWS answers for this one when it is accepted, in place of accepting it. */
  refusal?: AwsError;
}

/** The providers' side of PrivateLink: private DNS names that need to be verified, and endpoints that need to be accepted. */
export class EndpointServices {
  readonly all = new Map<string, EndpointService>();
  readonly connections: Connection[] = [];

  constructor(private readonly random: Random, private readonly clock: Clock) {}

  create(props: Partial<Pick<EndpointService, 'privateDnsName' | 'recordIsThere' | 'verificationSeconds' | 'acceptanceSeconds'>> = {}): EndpointService {
    const serviceId = `vpce-svc-0${this.random.hex(16)}`;
    const service: EndpointService = {
      serviceId,
      serviceName: `com.amazonaws.vpce.${REGION}.${serviceId}`,
      recordName: `_${this.random.hex(12)}`,
      recordValue: `vpce:${this.random.hex(20)}`,
      verification: 'pendingVerification',
      recordIsThere: true,
      verificationSeconds: 0,
      acceptanceSeconds: 0,
      ...props,
    };
    this.all.set(serviceId, service);
    return service;
  }

  /** Puts an endpoint before a service: its state says whether it waits to be accepted. */
  connect(service: EndpointService, endpoint: Endpoint, owner: string): Connection {
    const connection: Connection = { service, endpoint, owner };
    this.connections.push(connection);
    return connection;
  }

  /** What waits, or was rejected, can be accepted. */
  accept({ service, endpoint, refusal }: Connection): void {
    if (refusal) { throw refusal; }
    if (!['pendingAcceptance', 'rejected'].includes(endpoint.state)) {
      throw new AwsError('InvalidState', `The VPC endpoint ${endpoint.vpcEndpointId} is in the state ${endpoint.state}.`);
    }
    endpoint.state = 'pending';
    this.clock.at(service.acceptanceSeconds * 1000, () => { endpoint.state = 'available'; });
    this.clock.advance(0);
  }

  startVerification(service: EndpointService): void {
    service.verification = 'pendingVerification';
    this.clock.at(service.verificationSeconds * 1000, () => { service.verification = service.recordIsThere ? 'verified' : 'failed'; });
    this.clock.advance(0);
  }
}
