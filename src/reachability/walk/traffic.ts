import { Unknown } from '../template/values';

/** What travels. */
export interface Traffic {
  readonly protocol: 'tcp' | 'udp';
  /** All of these ports; a part of them where `some` is set. */
  readonly ports: { readonly from: number; readonly to: number } | Unknown;
  readonly some?: boolean;
}

export function tcp(port: number | { readonly from: number; readonly to: number } | Unknown): Traffic {
  return { protocol: 'tcp', ports: typeof port === 'number' ? { from: port, to: port } : port };
}

export function describe({ protocol, ports }: Traffic): string {
  const name = protocol.toUpperCase();
  if (ports instanceof Unknown) { return `${name} ?`; }
  return ports.from === 0 && ports.to === 65535 ? `all ${name} ports` : `${name} ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`;
}
