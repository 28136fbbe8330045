import { AwsError, renderXml, Service } from './protocol';

/** A service that speaks the query protocol, as all but EC2 do here. */
export function queryService(name: Service['name'], version: string, actions: Service['actions']): Service {
  const namespace = `http://${name}.amazonaws.com/doc/${version}/`;
  return {
    name,
    version,
    actions,
    throttling: new AwsError('Throttling', 'Rate exceeded'),
    accessDenied: message => new AwsError('AccessDenied', message, 403),
    answerXml: (action, answer, requestId) => [
      `<${action}Response xmlns="${namespace}">`,
      `<${action}Result>${renderXml(answer, 'member')}</${action}Result>`,
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
    ].join(''),
    errorXml: (error, requestId) => [
      `<ErrorResponse xmlns="${namespace}"><Error>`,
      renderXml({ Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message }, 'member'),
      `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    ].join(''),
  };
}
