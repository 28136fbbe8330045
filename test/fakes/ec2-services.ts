import { Connection, EndpointService, EndpointServices } from './endpoint-services';
import { ACCOUNT, REGION } from './environment';
import { matchesFilters } from './filters';
import { Pages } from './pages';
import { Action, AwsError, Params, Service, text, texts, XmlStructure } from './protocol';

/** The actions of EC2 about endpoint services. */
export function endpointServiceActions(services: EndpointServices): Service['actions'] {
  const pages = new Pages<EndpointService>();

  const describe: Action = {
    notFound: params => serviceNotFound(texts(params, 'ServiceId')[0]),
    run: (params, limit) => {
      const ids = texts(params, 'ServiceId');
      const page = pages.take(text(params, 'NextToken'), limit ?? 1000, () => ids.length > 0 ? ids.map(id => existing(services, id)) : [...services.all.values()]);
      if (!page) { throw new AwsError('InvalidParameterValue', `Invalid value '${text(params, 'NextToken')}' for nextToken`); }
      return { serviceConfigurationSet: page.items.map(serviceXml), nextToken: page.next };
    },
  };

  const startVerification: Action = {
    resources: ofService,
    notFound: params => serviceNotFound(text(params, 'ServiceId')),
    run: (params: Params) => {
      const service = existing(services, text(params, 'ServiceId'));
      if (!service.privateDnsName) { throw new AwsError('InvalidParameter', `The service ${service.serviceId} has no private DNS name`); }
      services.startVerification(service);
      return { return: true };
    },
  };

  return {
    DescribeVpcEndpointServiceConfigurations: describe,
    StartVpcEndpointServicePrivateDnsVerification: startVerification,
    ...connectionActions(services),
  };
}

const ofService = (params: Params) => [`arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint-service/${text(params, 'ServiceId')}`];

function connectionActions(services: EndpointServices): Service['actions'] {
  const pages = new Pages<XmlStructure>();

  const describe: Action = {
    notFound: () => undefined,
    shorten: (answer, omit) => ({ ...answer, vpcEndpointConnectionSet: (answer.vpcEndpointConnectionSet as XmlStructure[]).slice(omit) }),
    run: (params, limit) => {
      const token = text(params, 'NextToken');
      const page = pages.take(token, limit ?? 1000, () => services.connections
        .filter(connection => matchesFilters(params, name => connectionFilter(connection, name))).map(connectionXml));
      if (!page) { throw new AwsError('InvalidParameterValue', `Invalid value '${token}' for nextToken`); }
      return { vpcEndpointConnectionSet: page.items, nextToken: page.next };
    },
  };

  const accept: Action = {
    resources: ofService,
    notFound: params => serviceNotFound(text(params, 'ServiceId')),
    run: params => {
      const service = existing(services, text(params, 'ServiceId'));
      return { unsuccessful: texts(params, 'VpcEndpointId').flatMap(id => unsuccessful(services, service, id)) };
    },
  };

  return { DescribeVpcEndpointConnections: describe, AcceptVpcEndpointConnections: accept };
}

/** Accepts one endpoint, or says why not. */
function unsuccessful(services: EndpointServices, service: EndpointService, id: string): XmlStructure[] {
  try {
    const connection = services.connections.find(({ endpoint, service: its }) => endpoint.vpcEndpointId === id && its === service);
    if (!connection) { throw new AwsError('InvalidVpcEndpoint.NotFound', `The Vpc Endpoint Id '${id}' does not exist`); }
    services.accept(connection);
    return [];
  } catch (error) {
    return [{ resourceId: id, error: { code: (error as AwsError).code, message: (error as AwsError).message } }];
  }
}

function connectionFilter({ service, endpoint, owner }: Connection, name: string): string | undefined {
  switch (name) {
    case 'service-id': return service.serviceId;
    case 'vpc-endpoint-id': return endpoint.vpcEndpointId;
    case 'vpc-endpoint-owner': return owner;
    case 'vpc-endpoint-state': return endpoint.state;
    default: throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
}

function connectionXml({ service, endpoint, owner }: Connection): XmlStructure {
  return {
    serviceId: service.serviceId,
    vpcEndpointId: endpoint.vpcEndpointId,
    vpcEndpointOwner: owner,
    vpcEndpointState: endpoint.state,
    ipAddressType: endpoint.ipAddressType,
  };
}

function serviceXml({ serviceId, serviceName, privateDnsName, verification, recordName, recordValue }: EndpointService): XmlStructure {
  return {
    serviceId,
    serviceName,
    serviceState: 'Available',
    privateDnsName,
    privateDnsNameConfiguration: privateDnsName === undefined ? undefined : { state: verification, type: 'TXT', value: recordValue, name: recordName },
  };
}

function existing(services: EndpointServices, id: string | undefined): EndpointService {
  const service = services.all.get(id ?? '');
  if (!service) { throw serviceNotFound(id); }
  return service;
}

function serviceNotFound(id: string | undefined): AwsError {
  return new AwsError('InvalidVpcEndpointServiceId.NotFound', `The VpcEndpointService Id '${id}' does not exist`);
}
