import { jsonOf, mentioned } from '../template/json';
import { Resource, Stack, Stacks } from '../template/stacks';
import { Unknown } from '../template/values';

/** Custom resources that are known not to open or close anything. */
const HARMLESS = /^Custom::(InterfaceEndpoint|TargetHealthGate|PrivateDnsVerification|VpcRestrictDefaultSG|S3AutoDeleteObjects|LogRetention|CrossRegionExport|AWSCDKCfnJson)/;

/** Resources whose ids are given to nested stacks without a template, modules, custom resources or whoever reads a parameter: these may add rules and routes that no template shows. */
export class HandedOut {
  private readonly texts = new Map<Resource, string>();
  private readonly bodies = new Map<Stack, string>();
  private readonly found = new Map<Resource, Unknown | undefined>();

  constructor(private readonly stacks: Stacks) {
    const opaque = stacks.types().filter(type => ['AWS::CloudFormation::Stack', 'AWS::SSM::Parameter'].includes(type) || /^Custom::|::CustomResource$|::MODULE$/.test(type));
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
    if (!this.found.has(resource)) { this.found.set(resource, this.find(resource)); }
    return this.found.get(resource);
  }

  private find(resource: Resource): Unknown | undefined {
    for (const [user, text] of this.texts) {
      if (user.stack === resource.stack && (text.includes(`"${resource.logicalId}"`) || text.includes(`\${${resource.logicalId}`))) {
        return new Unknown(`what ${user.label} does with ${resource.label}`);
      }
    }
    return this.exported(resource);
  }

  private bodyOf(stack: Stack): string {
    const body = this.bodies.get(stack) ?? jsonOf(stack.source.body);
    this.bodies.set(stack, body);
    return body;
  }

  /** An id that is exported, and that no template here imports: whoever does may add to it. */
  private exported(resource: Resource): Unknown | undefined {
    const { stack } = resource;
    const outputs = stack.section('Outputs');
    const name = stack.exports().find(([, output]) => mentioned(outputs[output]).includes(resource.logicalId))?.[0];
    if (name === undefined) { return undefined; }
    const read = this.stacks.all.some(other => other !== stack && this.bodyOf(other).includes(JSON.stringify(name)));
    return read ? undefined : new Unknown(`what imports ${resource.label}, exported as '${name}'`);
  }
}
