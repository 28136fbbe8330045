import { Check } from '../contract';
import { Unknown } from '../template/values';

/** What travels. */
export interface Traffic {
  readonly protocol: 'tcp' | 'udp';
  /** All of these ports; a part of them where `some` is set. */
  readonly ports: { readonly from: number; readonly to: number } | Unknown;
  readonly some?: boolean;
  /** Whether every address of the sender has to get through. */
  readonly every?: boolean;
}

/** What a listener or target group of a protocol takes. */
export function trafficsOf(protocol: string | Unknown | undefined, port: Parameters<typeof tcp>[0]): Traffic[] {
  const both = protocol === 'TCP_UDP' || protocol === 'TCP_QUIC';
  const names: Traffic['protocol'][] = protocol === 'UDP' || protocol === 'QUIC' ? ['udp'] : both ? ['tcp', 'udp'] : ['tcp'];
  return names.map(name => ({ ...tcp(port), protocol: name }));
}

/** Of two protocols at one port one is enough: what was found for the first that gets through, else for the first. */
export function oneOf(traffics: readonly Traffic[], look: (traffic: Traffic) => Check[]): Check[] {
  const found = traffics.map(look);
  return found.find(checks => checks.every(check => check.verdict === 'reachable')) ?? found.find(checks => checks.every(check => check.verdict !== 'blocked')) ?? found[0];
}

export function tcp(port: number | { readonly from: number; readonly to: number } | Unknown): Traffic {
  return { protocol: 'tcp', ports: typeof port === 'number' ? { from: port, to: port } : port };
}

export function describe({ protocol, ports }: Traffic): string {
  const name = protocol.toUpperCase();
  if (ports instanceof Unknown) { return `${name} ?`; }
  return ports.from === 0 && ports.to === 65535 ? `all ${name} ports` : `${name} ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`;
}
