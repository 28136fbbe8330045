import { endpointServiceActions } from './ec2-services';
import { EndpointServices } from './endpoint-services';
import { matchesFilters } from './filters';
import { Endpoint, Network, NetworkInterface } from './network';
import { Pages } from './pages';
import { Action, AwsError, Params, renderXml, Service, text, texts, XmlStructure } from './protocol';

const VERSION = '2016-11-15';
const PAGE_SIZE = { min: 5, max: 1000 };

/** EC2 as far as it knows endpoints and network interfaces. */
export function ec2(network: Network, services: EndpointServices): Service {
  const pages = new Pages<XmlStructure>();

  const describeNetworkInterfaces: Action = {
    notFound: params => named(params, 'NetworkInterfaceId', interfacesNotFound),
    shorten: (answer, omit) => ({ ...answer, networkInterfaceSet: shorter(answer.networkInterfaceSet, omit) }),
    run: (params, limit) => {
      const ids = texts(params, 'NetworkInterfaceId');
      if (ids.length > 0 && text(params, 'MaxResults')) {
        throw new AwsError('InvalidParameterCombination', 'The parameter networkInterfaceIds cannot be used with the parameter maxResults');
      }
      const malformed = ids.find(id => !/^eni-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
      if (malformed !== undefined) {
        throw new AwsError('InvalidNetworkInterfaceId.Malformed', `Invalid id: "${malformed}" (expecting "eni-...")`);
      }
      const missing = ids.filter(id => !network.networkInterfaces.has(id));
      if (missing.length > 0) { throw interfacesNotFound(missing); }
      return page('networkInterfaceSet', pages, params, limit, () => network.shuffled(network.networkInterfaces.values())
        .filter(eni => ids.length === 0 || ids.includes(eni.networkInterfaceId))
        .filter(eni => matchesFilters(params, name => interfaceFilter(eni, name)))
        .map(networkInterfaceXml));
    },
  };

  const describeVpcEndpoints: Action = {
    notFound: params => named(params, 'VpcEndpointId', endpointsNotFound),
    // a young endpoint is found, and names fewer interfaces than it will have
    shorten: (answer, omit) => ({
      ...answer,
      vpcEndpointSet: (answer.vpcEndpointSet as XmlStructure[])
        .map(endpoint => ({ ...endpoint, networkInterfaceIdSet: shorter(endpoint.networkInterfaceIdSet, omit) })),
    }),
    run: (params, limit) => {
      const ids = texts(params, 'VpcEndpointId');
      const malformed = ids.find(id => !/^vpce-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
      if (malformed !== undefined) {
        throw new AwsError('InvalidVpcEndpointId.Malformed', `Invalid Id: '${malformed}' (expecting 'vpce-...')`);
      }
      const missing = ids.filter(id => !network.endpoints.has(id));
      if (missing.length > 0) { throw endpointsNotFound(missing); }
      return page('vpcEndpointSet', pages, params, limit, () => network.shuffled(network.endpoints.values())
        .filter(endpoint => ids.length === 0 || ids.includes(endpoint.vpcEndpointId))
        .filter(endpoint => matchesFilters(params, name => endpointFilter(endpoint, name)))
        .map(endpoint => vpcEndpointXml(network, endpoint)));
    },
  };

  return {
    name: 'ec2',
    version: VERSION,
    actions: {
      DescribeNetworkInterfaces: describeNetworkInterfaces, DescribeVpcEndpoints: describeVpcEndpoints, ...endpointServiceActions(services),
    },
    throttling: new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503),
    accessDenied: message => new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, 403),
    answerXml: (action, answer, requestId) => [
      `<${action}Response xmlns="http://ec2.amazonaws.com/doc/${VERSION}/">`,
      `<requestId>${requestId}</requestId>${renderXml(answer, 'item')}</${action}Response>`,
    ].join(''),
    errorXml: (error, requestId) => [
      `<Response><Errors><Error>${renderXml({ Code: error.code, Message: error.message }, 'item')}</Error></Errors>`,
      `<RequestID>${requestId}</RequestID></Response>`,
    ].join(''),
  };
}

function networkInterfaceXml(eni: NetworkInterface): XmlStructure {
  return {
    networkInterfaceId: eni.networkInterfaceId,
    subnetId: eni.subnet.subnetId,
    vpcId: eni.subnet.vpcId,
    availabilityZone: eni.subnet.availabilityZone,
    description: eni.description,
    interfaceType: eni.interfaceType,
    requesterManaged: eni.interfaceType === 'vpc_endpoint',
    status: eni.interfaceType === 'vpc_endpoint' ? 'in-use' : 'available',
    privateIpAddress: eni.privateIpAddress,
    privateIpAddressesSet: eni.privateIpAddress ? [{ privateIpAddress: eni.privateIpAddress, primary: true }] : [],
    ipv6AddressesSet: eni.ipv6Address ? [{ ipv6Address: eni.ipv6Address }] : [],
  };
}

function vpcEndpointXml(network: Network, endpoint: Endpoint): XmlStructure {
  return {
    vpcEndpointId: endpoint.vpcEndpointId,
    vpcEndpointType: 'Interface',
    vpcId: endpoint.vpcId,
    serviceName: endpoint.serviceName,
    state: endpoint.state,
    privateDnsEnabled: endpoint.privateDnsEnabled,
    ipAddressType: endpoint.ipAddressType,
    networkInterfaceIdSet: network.networkInterfaceIds(endpoint),
    subnetIdSet: network.shuffled(endpoint.networkInterfaces).map(eni => eni.subnet.subnetId),
  };
}

function interfaceFilter(eni: NetworkInterface, name: string): string | undefined {
  switch (name) {
    case 'network-interface-id': return eni.networkInterfaceId;
    case 'subnet-id': return eni.subnet.subnetId;
    case 'vpc-id': return eni.subnet.vpcId;
    case 'availability-zone': return eni.subnet.availabilityZone;
    case 'interface-type': return eni.interfaceType;
    case 'description': return eni.description;
    case 'private-ip-address':
    case 'addresses.private-ip-address': return eni.privateIpAddress;
    case 'ipv6-addresses.ipv6-address': return eni.ipv6Address;
    default: throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
}

function endpointFilter(endpoint: Endpoint, name: string): string | undefined {
  switch (name) {
    case 'vpc-endpoint-id': return endpoint.vpcEndpointId;
    case 'vpc-id': return endpoint.vpcId;
    case 'service-name': return endpoint.serviceName;
    case 'vpc-endpoint-state': return endpoint.state;
    default: throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
}

function page(
  list: string, pages: Pages<XmlStructure>, params: Params, limit: number | undefined, items: () => XmlStructure[],
): XmlStructure {
  const maxResults = Number(text(params, 'MaxResults') ?? PAGE_SIZE.max);
  if (!(maxResults >= PAGE_SIZE.min && maxResults <= PAGE_SIZE.max)) {
    throw new AwsError('InvalidParameterValue', `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`);
  }
  const token = text(params, 'NextToken');
  const taken = pages.take(token, limit ?? maxResults, items);
  if (!taken) { throw new AwsError('InvalidParameterValue', `Invalid value '${token}' for nextToken`); }
  return { [list]: taken.items, nextToken: taken.next };
}

/** What is asked for by filters may be missing, but is never an error. */
function named(params: Params, ids: string, notFound: (ids: string[]) => AwsError): AwsError | undefined {
  return texts(params, ids).length > 0 ? notFound(texts(params, ids)) : undefined;
}

function shorter(list: XmlStructure[string], omit: number): XmlStructure[string] {
  return Array.isArray(list) ? list.slice(0, Math.max(0, list.length - omit)) : list;
}

function interfacesNotFound(ids: string[]): AwsError {
  return new AwsError('InvalidNetworkInterfaceID.NotFound', ids.length === 1
    ? `The networkInterface ID '${ids[0]}' does not exist`
    : `The networkInterface IDs '${ids.join(', ')}' do not exist`);
}

function endpointsNotFound(ids: string[]): AwsError {
  return new AwsError('InvalidVpcEndpointId.NotFound', ids.length === 1
    ? `The Vpc Endpoint Id '${ids[0]}' does not exist`
    : `The Vpc Endpoint Ids '${ids.join(', ')}' do not exist`);
}
