import { aws_elasticloadbalancingv2 as elbv2, Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** An error that begins with the path of the construct whose props are wrong. That of an app is empty. */
export function invalid({ node: { path } }: IConstruct, message: string): Error {
  return new Error(path === '' ? message : `${path}: ${message}`);
}

/** Who is asked for their health; ELBv2 takes other settings for each. */
export enum Asked {
  /** Targets of an Application Load Balancer that speak HTTP. */
  APPLICATION,
  /** Targets of an Application Load Balancer that speak gRPC. */
  GRPC,
  /** A Lambda function. */
  FUNCTION,
  /** Targets of a Network Load Balancer. */
  NETWORK,
}

/** Whether targets of an Application Load Balancer are asked for HTTP or gRPC. */
export function askedIn(version: elbv2.ApplicationProtocolVersion | undefined): Asked {
  return version === elbv2.ApplicationProtocolVersion.GRPC ? Asked.GRPC : Asked.APPLICATION;
}

/** Checks of props at synth. Values that are not known before deployment (tokens) pass. */
export class Validate {
  constructor(private readonly scope: IConstruct) {}

  public integer(prop: string, value: number | undefined, min: number, max: number, hint = ''): void {
    if (value === undefined || Token.isUnresolved(value)) { return; }
    if (!Number.isInteger(value) || value < min || value > max) {
      throw invalid(this.scope, `'${prop}' must be an integer between ${min} and ${max}, got: ${value}.${hint && ` ${hint}`}`);
    }
  }

  public seconds(prop: string, value: Duration | undefined, min: number, max: number, hint = ''): void {
    if (value === undefined) { return; }
    if (value.isUnresolved()) { return this.tokenIn('seconds', prop, value); }
    const seconds = value.toSeconds({ integral: false });
    if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
      throw invalid(this.scope, `'${prop}' must be between ${min} and ${max} whole seconds, got: ${seconds} s.${hint && ` ${hint}`}`);
    }
  }

  public milliseconds(prop: string, value: Duration | undefined, min: number, max: number): void {
    if (value === undefined) { return; }
    if (value.isUnresolved()) { return this.tokenIn('seconds', prop, value); }
    const milliseconds = value.toMilliseconds({ integral: false });
    if (Number.isNaN(milliseconds) || milliseconds < min || milliseconds > max) {
      throw invalid(this.scope, `'${prop}' must be between ${min} and ${max} ms, got: ${milliseconds} ms.`);
    }
  }

  /** More than nothing, and at most all. */
  public percent(prop: string, value: number | undefined): void {
    if (value === undefined || Token.isUnresolved(value)) { return; }
    if (!(value > 0 && value <= 100)) { throw invalid(this.scope, `'${prop}' must be between 0 and 100, and more than 0, got: ${value}.`); }
  }

  /** What only the deployment knows cannot be converted. */
  private tokenIn(unit: string, prop: string, value: Duration): void {
    if (value.unitLabel() !== unit) {
      throw invalid(this.scope, `'${prop}' must be given in ${unit} where it is a token, got: ${value.unitLabel()}. Use Duration.${unit}().`);
    }
  }

  /** How long a deployment may wait for health. */
  public healthWait(prop: string, value: Duration | undefined): void {
    this.seconds(prop, value, 10, 720, 'A Lambda function waits, which cannot take longer.');
  }

  public notEmpty(prop: string, values: unknown[] | undefined, hint: string): void {
    if (values !== undefined && values.length === 0) {
      throw invalid(this.scope, `'${prop}' must name at least one, got an empty list. ${hint}`);
    }
  }

  /** What a user calls a part, which becomes part of logical ids. */
  public id(method: string, id: string): void {
    if (id === '' || Token.isUnresolved(id)) {
      throw invalid(this.scope, `the 'id' of ${method}() must be a text that is known at synth, got ${id === '' ? 'an empty one' : 'a token'}. Name what is added.`);
    }
  }

  public notTwice<T>(prop: string, values: T[] | undefined, nameOf: (value: T) => string): void {
    const twice = values?.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) { throw invalid(this.scope, `'${prop}' must name each one once, got ${nameOf(twice)} twice. Leave one out.`); }
  }

  /** A value that becomes part of a logical id, which must not move. */
  public concrete(prop: string, value: number | undefined, part: string): void {
    if (value !== undefined && Token.isUnresolved(value)) {
      throw invalid(this.scope, `'${prop}' must be a number that is known at synth, got a token. It is part of the logical id of the ${part}.`);
    }
  }

  /** What ELBv2 accepts for a health check. */
  public healthCheck(prop: string, healthCheck: elbv2.HealthCheck, asked: Asked): void {
    const { interval, timeout } = healthCheck;
    this.seconds(`${prop}.interval`, interval, 5, 300);
    this.seconds(`${prop}.timeout`, timeout, 2, 120);
    const effective = timeout ?? (asked === Asked.NETWORK ? networkTimeout(healthCheck.protocol) : undefined);
    if (interval && effective && !interval.isUnresolved() && !effective.isUnresolved() && effective.toSeconds() >= interval.toSeconds()) {
      throw invalid(this.scope, `'${prop}.timeout' must be shorter than '${prop}.interval' (${interval.toSeconds()} s), `
        + `got: ${timeout ? '' : 'none, which means '}${effective.toSeconds()} s.`);
    }
    for (const count of ['healthyThresholdCount', 'unhealthyThresholdCount'] as const) {
      this.integer(`${prop}.${count}`, healthCheck[count], 2, 10);
      if (asked === Asked.NETWORK && Token.isUnresolved(healthCheck[count])) {
        throw invalid(this.scope, `'${prop}.${count}' must be a number that is known at synth, got a token, which the CDK would take for a number that is too small.`);
      }
    }
    this.healthCheckPort(`${prop}.port`, healthCheck.port);
    this.healthCheckPath(`${prop}.path`, healthCheck.path);
    this.codes(prop, healthCheck, asked);
    if (healthCheck.enabled === false && asked !== Asked.FUNCTION) {
      throw invalid(this.scope, `'${prop}.enabled' must not be false: ELBv2 checks the health of all targets but Lambda functions. Leave it out.`);
    }
  }

  private healthCheckPort(prop: string, port: string | undefined): void {
    if (port === undefined || Token.isUnresolved(port) || port === 'traffic-port') { return; }
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
      throw invalid(this.scope, `'${prop}' must be 'traffic-port' or a number between 1 and 65535, got: '${port}'.`);
    }
  }

  private healthCheckPath(prop: string, path: string | undefined): void {
    if (path === undefined || Token.isUnresolved(path)) { return; }
    if (!path.startsWith('/') || path.length > 1024) {
      throw invalid(this.scope, `'${prop}' must begin with '/' and have at most 1,024 characters, got: '${path.slice(0, 80)}'.`);
    }
  }

  private codes(prop: string, { healthyHttpCodes, healthyGrpcCodes }: elbv2.HealthCheck, asked: Asked): void {
    const [needless, spoken] = asked === Asked.GRPC ? [healthyHttpCodes && 'healthyHttpCodes', 'gRPC'] : [healthyGrpcCodes && 'healthyGrpcCodes', 'HTTP'];
    if (needless) {
      throw invalid(this.scope, `'${prop}.${needless}' must not be set for targets that speak ${spoken}. `
        + "Leave it out; 'healthyGrpcCodes' goes with the 'protocolVersion' GRPC, 'healthyHttpCodes' with all others.");
    }
    const [min, max] = asked === Asked.GRPC ? [0, 99] : [200, asked === Asked.NETWORK ? 599 : 499];
    const [name, codes] = asked === Asked.GRPC ? ['healthyGrpcCodes', healthyGrpcCodes] : ['healthyHttpCodes', healthyHttpCodes];
    if (codes === undefined || Token.isUnresolved(codes)) { return; }
    const numbers = codes.split(/[,-]/).map(Number);
    if (!/^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/.test(codes) || numbers.some(code => code < min || code > max)) {
      const example = asked === Asked.GRPC ? "'0', '0,12' or '0-12'" : "'200', '200,302' or '200-299'";
      throw invalid(this.scope, `'${prop}.${name}' must be codes between ${min} and ${max} such as ${example}, got: '${codes}'.`);
    }
  }
}

/** Whether zones are known by name at synth. While a look-up in the account is pending, the CDK gives made-up names. */
export function areKnownZones(zones: string[] | undefined): zones is string[] {
  return zones !== undefined && zones.length > 0 && !Token.isUnresolved(zones) && zones.every(zone => !Token.isUnresolved(zone) && !/^dummy\d/.test(zone));
}

/** What ELBv2 takes for the targets of a Network Load Balancer when no timeout is given. */
function networkTimeout(protocol: elbv2.Protocol | undefined): Duration {
  return Duration.seconds(protocol === elbv2.Protocol.HTTP ? 6 : 10);
}
