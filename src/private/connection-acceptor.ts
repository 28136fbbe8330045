import {
  aws_ec2 as ec2, aws_events as events, aws_iam as iam, aws_lambda as lambda, aws_logs as logs,
  Duration, RemovalPolicy, Stack, Token, TokenComparison,
} from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { invalid, Validate } from './validate';
import { AcceptorFunction } from '../handler/acceptor-function';
import { AcceptorEnvironment } from '../handler/contract';

/** How often pending connections are looked for. A run ends before the next begins. */
const INTERVAL = Duration.minutes(1);

/** The environment of a function holds 4 kB. */
const MAX_ACCOUNTS = 250;

/** Accepts the endpoints of named accounts at one endpoint service, with a function that may do nothing else. */
export class ConnectionAcceptor extends Construct {
  public readonly fn: lambda.Function;

  constructor(scope: Construct, id: string, service: ec2.CfnVPCEndpointService, accounts: string[]) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'LogGroup', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    const environment: AcceptorEnvironment = { SERVICE_ID: service.ref, ACCEPTED_ACCOUNTS: [...new Set(accounts)].join(',') };
    this.fn = new AcceptorFunction(this, 'Function', {
      description: `Accepts endpoints of ${new Set(accounts).size} accounts at an endpoint service`,
      role: this.role(service, logGroup),
      logGroup,
      memorySize: 256,
      timeout: INTERVAL,
      // the next run comes anyway
      retryAttempts: 0,
      maxEventAge: INTERVAL,
      environment: { ...environment },
    });
    const rule = new events.CfnRule(this, 'Schedule', {
      description: `Looks for endpoints to accept at ${scope.node.path}`.slice(0, 512),
      scheduleExpression: events.Schedule.rate(INTERVAL).expressionString,
      targets: [{ id: 'Function', arn: this.fn.functionArn }],
    });
    this.fn.addPermission('Schedule', { principal: new iam.ServicePrincipal('events.amazonaws.com'), sourceArn: rule.attrArn });
  }

  private role(service: ec2.CfnVPCEndpointService, logGroup: logs.LogGroup): iam.Role {
    const { partition, region, account } = Stack.of(this);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['ec2:DescribeVpcEndpointConnections'],
      // it knows no resources: the Region is the narrowest that it takes
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': region } },
    }));
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['ec2:AcceptVpcEndpointConnections'],
      resources: [`arn:${partition}:ec2:${region}:${account}:vpc-endpoint-service/${service.ref}`],
    }));
    return role;
  }
}

/** Whether two accounts are one, where both are known, or both are that of wherever the app is deployed. */
export function isSameAccount(one: string, other: string): boolean {
  return [TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED].includes(Token.compareStrings(one, other));
}

/** What must hold for accounts whose endpoints are accepted. */
export function checkAcceptedAccounts(scope: IConstruct, accounts: string[], acceptanceRequired: boolean | undefined): void {
  new Validate(scope).notEmpty('acceptedAccounts', accounts, 'Leave it out to accept each endpoint by hand.');
  if (acceptanceRequired !== true) {
    throw invalid(scope, `'acceptedAccounts' needs 'acceptanceRequired' to be true, got: ${acceptanceRequired ?? 'nothing'}. `
      + "Set it to true, or leave 'acceptedAccounts' out: without acceptance whoever is allowed is connected at once.");
  }
  const wrong = accounts.find(account => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
  if (wrong !== undefined) {
    throw invalid(scope, `'acceptedAccounts' must be account numbers of 12 digits, got: '${wrong}'. Give the number as a string, with the zeros that it begins with.`);
  }
  if (accounts.length > MAX_ACCOUNTS) {
    throw invalid(scope, `'acceptedAccounts' takes up to ${MAX_ACCOUNTS} accounts, got: ${accounts.length}. Make a second service in front of the same backend for the others.`);
  }
}

/** Accounts whose endpoints would be accepted, and which are not allowed to make any; as far as it is known. */
export function accountsNotAllowed(scope: IConstruct, accounts: string[], principals: string[]): string[] {
  const { account: own } = Stack.of(scope);
  const arns = principals.map(principal => Stack.of(scope).resolve(principal));
  const named = arns.map(arn => /:iam::(\d{12}):/.exec(JSON.stringify(arn))?.[1]);
  const isUnknown = arns.some((arn, index) => arn === '*' || (typeof arn !== 'string' && named[index] === undefined));
  if (isUnknown || Token.isUnresolved(own)) { return []; }
  return accounts.filter(account => !Token.isUnresolved(account) && account !== own && !named.includes(account));
}
