import { EndpointService, EndpointServices } from './endpoint-services';
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
    notFound: params => serviceNotFound(text(params, 'ServiceId')),
    run: (params: Params) => {
      const service = existing(services, text(params, 'ServiceId'));
      if (!service.privateDnsName) { throw new AwsError('InvalidParameter', `The service ${service.serviceId} has no private DNS name`); }
      services.startVerification(service);
      return { return: true };
    },
  };

  return { DescribeVpcEndpointServiceConfigurations: describe, StartVpcEndpointServicePrivateDnsVerification: startVerification };
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
