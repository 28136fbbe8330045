import { Clock } from './clock';
import { REGION } from './environment';
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
}

/** The providers' side of PrivateLink, as far as private DNS names need to be verified. */
export class EndpointServices {
  readonly all = new Map<string, EndpointService>();

  constructor(private readonly random: Random, private readonly clock: Clock) {}

  create(props: Partial<Pick<EndpointService, 'privateDnsName' | 'recordIsThere' | 'verificationSeconds'>> = {}): EndpointService {
    const serviceId = `vpce-svc-0${this.random.hex(16)}`;
    const service: EndpointService = {
      serviceId,
      serviceName: `com.amazonaws.vpce.${REGION}.${serviceId}`,
      recordName: `_${this.random.hex(12)}`,
      recordValue: `vpce:${this.random.hex(20)}`,
      verification: 'pendingVerification',
      recordIsThere: true,
      verificationSeconds: 0,
      ...props,
    };
    this.all.set(serviceId, service);
    return service;
  }

  startVerification(service: EndpointService): void {
    service.verification = 'pendingVerification';
    this.clock.at(service.verificationSeconds * 1000, () => { service.verification = service.recordIsThere ? 'verified' : 'failed'; });
    this.clock.advance(0);
  }
}
