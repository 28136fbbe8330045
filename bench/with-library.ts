/** The multi-VPC system of by-hand.ts with the constructs of this library. */
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CLIENTS, ENV, HEALTH_CHECK, HubProps, newVpc, newWebServers, TeamProps } from './system';
import { AlbToPrivateLinkTargets, Backend, NlbEndpointService } from 'cdk-alb-privatelink';

export class Team extends Stack {
  public readonly services: NlbEndpointService[] = [];

  constructor(scope: Construct, id: string, props: TeamProps) {
    super(scope, id, { env: ENV });
    const vpc = newVpc(this, props.cidr);
    for (let n = 0; n < props.services; n++) {
      this.services.push(new NlbEndpointService(this, `Service${n}`, {
        vpc,
        backend: Backend.instances(newWebServers(vpc, n), { port: 80 }),
        allowedPrincipals: [new iam.AccountPrincipal(ENV.account)],
      }));
    }
  }
}

export class Hub extends Stack {
  constructor(scope: Construct, id: string, props: HubProps) {
    super(scope, id, { env: ENV });
    const hub = new AlbToPrivateLinkTargets(this, 'Hub', { vpc: newVpc(this, '10.0.0.0/16'), clients: [CLIENTS] });
    props.services.forEach((service, n) => {
      hub.addRoute(`r${n}`, { paths: [`/r${n}`], service, priority: n + 1, healthCheck: HEALTH_CHECK });
    });
  }
}
