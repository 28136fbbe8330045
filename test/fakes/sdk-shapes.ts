import { AwsError, Param, Params, Service, XmlStructure } from './protocol';

/** Names on the wire of EC2 where they differ from the SDK's by more than the first letter. */
const EC2_INPUTS: Readonly<Record<string, string>> = {
  NetworkInterfaceIds: 'NetworkInterfaceId', VpcEndpointIds: 'VpcEndpointId', ServiceIds: 'ServiceId', Filters: 'Filter', Values: 'Value',
};
const EC2_OUTPUTS: Readonly<Record<string, string>> = {
  networkInterfaceSet: 'NetworkInterfaces',
  vpcEndpointSet: 'VpcEndpoints',
  networkInterfaceIdSet: 'NetworkInterfaceIds',
  subnetIdSet: 'SubnetIds',
  privateIpAddressesSet: 'PrivateIpAddresses',
  ipv6AddressesSet: 'Ipv6Addresses',
  serviceConfigurationSet: 'ServiceConfigurations',
  vpcEndpointConnectionSet: 'VpcEndpointConnections',
  return: 'ReturnValue',
};
const DATES = ['CreationTime', 'LastUpdatedTimestamp'];

/** Errors that the model of Elastic Load Balancing knows, and that the SDK therefore calls by another name. */
const MODELED = ['DuplicateTagKeys', 'InvalidTarget', 'OperationNotPermitted', 'ResourceInUse', 'TargetGroupNotFound', 'TooManyTags', 'TooManyTargets'];

/** The parameters as they would arrive over the wire. */
export function wireParams(service: Service['name'], input: object): Params {
  return toWire(service === 'ec2' ? name => EC2_INPUTS[name] ?? name : name => name, input) as Params;
}

function toWire(rename: (name: string) => string, value: unknown): Param {
  if (Array.isArray(value)) { return value.length > 0 ? value.map(item => toWire(rename, item)) : ''; }
  if (typeof value !== 'object' || value === null) { return String(value); }
  const params: Params = {};
  for (const [name, child] of Object.entries(value)) {
    if (child !== undefined && child !== null) { params[rename(name)] = toWire(rename, child); }
  }
  return params;
}

/** An answer as the SDK would hand it out. */
export function sdkOutput(service: Service['name'], answer: XmlStructure): Record<string, unknown> {
  return toSdk(service === 'ec2' ? name => EC2_OUTPUTS[name] ?? name[0].toUpperCase() + name.slice(1) : name => name, answer) as Record<string, unknown>;
}

function toSdk(rename: (name: string) => string, value: unknown): unknown {
  if (Array.isArray(value)) { return value.map(item => toSdk(rename, item)); }
  if (typeof value !== 'object' || value === null) { return value; }
  const output: Record<string, unknown> = {};
  for (const [name, child] of Object.entries(value)) {
    if (child !== undefined) { output[rename(name)] = DATES.includes(name) ? new Date(child as string) : toSdk(rename, child); }
  }
  return output;
}

export function sdkError(service: Service['name'], error: AwsError): Error {
  const name = service === 'elasticloadbalancing' && MODELED.includes(error.code) ? `${error.code}Exception` : error.code;
  return Object.assign(new Error(error.message), {
    name, Code: error.code, $fault: error.status < 500 ? 'client' : 'server', $metadata: { httpStatusCode: error.status },
  });
}

export function resetError(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET', $metadata: {} });
}

export function timeoutError(milliseconds: number): Error {
  const message = `@smithy/node-http-handler - [ERROR] a request has exceeded the configured ${milliseconds} ms requestTimeout.`;
  return Object.assign(new Error(message), { name: 'TimeoutError', code: 'ETIMEDOUT', $metadata: {} });
}
