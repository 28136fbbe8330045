import { jsonOf, mentioned } from '../template/json';
import { Resource, Stacks } from '../template/stacks';
import { Unknown } from '../template/values';

/** Custom resources that are known not to open or close anything. */
const HARMLESS = /^Custom::(InterfaceEndpoint|TargetHealthGate|PrivateDnsVerification|VpcRestrictDefaultSG|S3AutoDeleteObjects|LogRetention|CrossRegionExport|AWSCDKCfnJson)/;

/** Resources whose ids are given to nested stacks without a template, modules and custom resources: these may add rules and routes that no template shows. */
export class HandedOut {
  private readonly texts = new Map<Resource, string>();

  constructor(private readonly stacks: Stacks) {
    // rules on a group that is named from elsewhere may be for any group whose id is published
    const rules = stacks.ofType('AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress').some(rule => rule.get('GroupId') instanceof Unknown);
    const opaque = stacks.types().filter(type => type === 'AWS::CloudFormation::Stack' || (rules && type === 'AWS::SSM::Parameter') || /^Custom::|::CustomResource$|::MODULE$/.test(type));
    for (const resource of stacks.ofType(...opaque)) {
      if (HARMLESS.test(resource.type) || (resource.type === 'AWS::CloudFormation::Stack' && stacks.nested(resource))) { continue; }
      const written = Object.fromEntries(resource.names().filter(name => name !== 'ServiceToken').map(name => [name, resource.written(name)]));
      // it only looks something up
      const text = jsonOf(written);
      if (!/\\?"action\\?":\\?"(describe|get|list)/i.test(text)) { this.texts.set(resource, text); }
    }
  }

  /** What may do something with a resource. */
  public of(resource: Resource): Unknown | undefined {
    for (const [user, text] of this.texts) {
      if (user.stack === resource.stack && (text.includes(`"${resource.logicalId}"`) || text.includes(`\${${resource.logicalId}`))) {
        return new Unknown(`what ${user.label} does with ${resource.label}`);
      }
    }
    return this.exported(resource);
  }

  /** An id that is exported, and that no template here imports: whoever does may add to it. */
  private exported(resource: Resource): Unknown | undefined {
    const { stack } = resource;
    const outputs = stack.section('Outputs');
    const name = stack.exports().find(([, output]) => mentioned(outputs[output]).includes(resource.logicalId))?.[0];
    if (name === undefined) { return undefined; }
    const read = this.stacks.all.some(other => other !== stack && jsonOf(other.source.body).includes(JSON.stringify(name)));
    return read ? undefined : new Unknown(`what imports ${resource.label}, exported as '${name}'`);
  }
}
