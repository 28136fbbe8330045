import { symlinkSync, truncateSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { App, AppProps, Stack, Stage } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { NestedStack, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, Validations } from 'aws-cdk-lib/core';
import { folderWith, manifest, names, nesting, removeFolders, stackArtifact, template } from './util';
import { LoadError, loadPaths, loadStacks } from '../../../src/reachability/load';

afterAll(removeFolders);

const ENV = { account: '111111111111', region: 'eu-west-1' };

/** Two stacks, one of them with a stack in a stack; a stage with a stack that nests, and in it another stage. */
function newApp(props: AppProps = {}): App {
  const app = new App({ outdir: folderWith(), ...props });
  const web = topicIn(new Stack(app, 'Web'));
  topicIn(new NestedStack(topicIn(new NestedStack(web, 'Inner')), 'Deep'));
  topicIn(new Stack(app, 'Data', { stackName: 'data', env: ENV }));
  const stage = new Stage(app, 'Prod', { env: ENV });
  topicIn(new NestedStack(topicIn(new Stack(stage, 'Web')), 'Inner'));
  topicIn(new Stack(new Stage(stage, 'Canary'), 'Web'));
  return app;
}

function topicIn<T extends Stack>(stack: T): T {
  new sns.Topic(stack, 'Topic', { displayName: stack.node.path });
  return stack;
}

function failure(read: () => unknown): string {
  try {
    return `read: ${JSON.stringify(read())}`;
  } catch (error) {
    expect(error).toBeInstanceOf(LoadError);
    return (error as Error).message;
  }
}

describe.each([
  ['as the CDK writes it by itself', {}],
  ['with the metadata that the CDK command adds', { postCliContext: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true } }],
])('an assembly %s', (_, props) => {
  const assembly = newApp(props).synth();
  const sources = loadPaths([assembly.directory]);
  const named = (name: string) => sources.find(({ stack }) => stack === name)!;

  test('is read with its stages and nested stacks, each known by its construct path', () => {
    expect(names(sources).sort()).toEqual(
      ['Data', 'Prod/Canary/Web', 'Prod/Web', 'Prod/Web/Inner', 'Web', 'Web/Inner', 'Web/Inner/Deep'],
    );
  });

  test('has the template of each stack', () => {
    for (const { stack, body } of sources) {
      const topics = Object.values((body as any).Resources).filter((resource: any) => resource.Type === 'AWS::SNS::Topic');
      expect(topics).toEqual([expect.objectContaining({ Properties: { DisplayName: stack } })]);
    }
  });

  test('tells the environments that are known, also of nested stacks', () => {
    expect(named('Web')).toMatchObject({ account: undefined, region: undefined });
    for (const name of ['Data', 'Prod/Web', 'Prod/Web/Inner', 'Prod/Canary/Web']) { expect(named(name)).toMatchObject(ENV); }
  });

  test('tells the names that CloudFormation knows the stacks by, which nested ones get from it', () => {
    expect(named('Data').stackName).toBe('data');
    expect(named('Prod/Canary/Web').stackName).toBe('Prod-Canary-Web');
    expect(named('Web/Inner').stackName).toBeUndefined();
  });

  test('tells what nests a stack', () => {
    for (const [name, parent] of [['Web/Inner', 'Web'], ['Web/Inner/Deep', 'Web/Inner'], ['Prod/Web/Inner', 'Prod/Web']]) {
      const { nestedIn } = named(name);
      expect(nestedIn?.stack).toBe(parent);
      expect((named(parent).body as any).Resources[nestedIn!.logicalId].Type).toBe('AWS::CloudFormation::Stack');
    }
    expect(named('Web').nestedIn).toBeUndefined();
  });

  test('tells the construct path of each resource, also where resources of two stacks have the same logical id', () => {
    for (const { stack, body, constructPaths } of sources) {
      const [topic] = Object.entries((body as any).Resources).find(([, resource]: any) => resource.Type === 'AWS::SNS::Topic')!;
      expect(constructPaths?.[topic]).toBe(`${stack}/Topic/Resource`);
    }
    expect(named('Web').constructPaths?.[named('Web/Inner').nestedIn!.logicalId]).toBe('Web/Inner.NestedStack/Inner.NestedStackResource');
  });

  test('tells the files', () => {
    expect(basename(named('Web').file!)).toBe('Web.template.json');
    expect(dirname(named('Prod/Web').file!)).toBe(join(assembly.directory, 'assembly-Prod'));
  });

  test('is the same read stack by stack', () => {
    const given = (path: string) => sources.filter(({ stack }) => stack.startsWith(path));
    expect(loadPaths([join(assembly.directory, 'Web.template.json')])).toEqual(given('Web'));
    expect(loadPaths([join(assembly.directory, 'assembly-Prod')])).toEqual(given('Prod'));
  });

  test('given twice, or with a template of its own, is read once', () => {
    expect(loadPaths([assembly.directory, `${assembly.directory}/`, join(assembly.directory, 'Web.template.json')])).toEqual(sources);
  });

  test('is the same as what a validation plugin is told', () => {
    let seen: unknown;
    class Plugin implements IPolicyValidationPlugin {
      public readonly name = 'plugin';

      public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
        seen = loadStacks(context.stackTemplates).map(source => ({ ...source, file: basename(source.file!) }));
        return { success: true, violations: [] };
      }
    }
    const app = newApp(props);
    Validations.of(app).addPlugins(new Plugin());
    app.synth();
    const expected = sources.map(source => ({ ...source, file: basename(source.file!) }));
    expect(seen).toHaveLength(expected.length);
    expect(seen).toEqual(expect.arrayContaining(expected));
  });
});

describe('template files', () => {
  const folder = folderWith({
    'a.json': template(),
    'b.yaml': 'Resources:\n  Vpc: {Type: AWS::EC2::VPC}\n',
    'more/a.json': template({ Topic: { Type: 'AWS::SNS::Topic' } }),
  });

  test('are known by the names of their files, with the path where two are the same', () => {
    expect(names(loadPaths(['a.json', 'b.yaml', 'more/a.json'], folder))).toEqual(['a.json', 'b.yaml', 'more/a.json']);
  });

  test('are read as JSON or YAML', () => {
    expect(loadPaths([join(folder, 'b.yaml')])).toEqual([
      { stack: 'b.yaml', body: { Resources: { Vpc: { Type: 'AWS::EC2::VPC' } } }, file: join(folder, 'b.yaml'), constructPaths: {} },
    ]);
  });

  test('a manifest beside them that is none of an assembly does not matter', () => {
    const other = folderWith({ 'manifest.json': { name: 'a web page' }, 'a.json': template() });
    expect(names(loadPaths([join(other, 'a.json')]))).toEqual(['a.json']);
  });

  test('of 10 MB are read', () => {
    const large = folderWith({ 'large.json': template({ Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'x'.repeat(10_000_000) } } }) });
    expect(loadPaths([join(large, 'large.json')])).toHaveLength(1);
  });
});

describe('assemblies', () => {
  test('two with stacks of the same construct path are told apart by their folders', () => {
    const assembly = { 'manifest.json': manifest({ Web: stackArtifact('Web.json') }), 'Web.json': template() };
    const folder = folderWith(Object.fromEntries(['dev', 'prod'].flatMap(name => Object.entries(assembly).map(([file, content]) => [`${name}/${file}`, content]))));
    expect(names(loadPaths(['dev', 'prod'], folder))).toEqual(['Web', 'prod/Web']);
  });

  test('two stacks that claim the same construct path get different names', () => {
    const artifact = (file: string) => stackArtifact(file, { displayName: 'Web' });
    const folder = folderWith({
      'manifest.json': manifest({ A: artifact('a.json'), B: artifact('b.json'), C: artifact('c.json') }),
      'a.json': template(),
      'b.json': template(),
      'c.json': template(),
    });
    expect(new Set(names(loadPaths([folder]))).size).toBe(3);
  });

  test('a stack without resources is read, since the CDK writes none for it', () => {
    const folder = folderWith({ 'manifest.json': manifest({ Empty: stackArtifact('Empty.json') }), 'Empty.json': { Outputs: {} } });
    expect(loadPaths([folder])[0]).toMatchObject({ stack: 'Empty', stackName: 'Empty', body: { Outputs: {} } });
  });

  test('stages that name each other are read once', () => {
    const folder = folderWith({
      'manifest.json': manifest({
        Web: stackArtifact('Web.json'),
        Self: { type: 'cdk:cloud-assembly', properties: { directoryName: '.' } },
        Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'stage' } },
      }),
      'Web.json': template(),
      'stage/manifest.json': manifest({ Parent: { type: 'cdk:cloud-assembly', properties: { directoryName: '..' } } }),
    });
    expect(names(loadPaths([folder]))).toEqual(['Web']);
  });
});

describe('nested stacks', () => {
  function nestedNames(files: { [path: string]: unknown }): string[] {
    return names(loadPaths([join(folderWith(files), 'parent.json')]));
  }

  test('are found by the path of their asset, by their hash in the URL, and by a relative path', () => {
    const hash = 'abcd'.repeat(16);
    expect(nestedNames({
      'parent.json': template({
        ByPath: nesting('a.json'),
        ByHash: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: { 'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/x/${hash}.json` } } },
        Relative: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: './more/c.yaml' } },
      }),
      'a.json': template(),
      'x.assets.json': { files: { [hash]: { source: { path: 'b.json' } } } },
      'b.json': template(),
      'more/c.yaml': 'Resources: {D: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: d.yaml}}}',
      'more/d.yaml': 'Resources: {}',
    })).toEqual(['parent.json', 'parent.json/ByPath', 'parent.json/ByHash', 'parent.json/Relative', 'parent.json/Relative/D']);
  });

  test.each([
    ['is not there', nesting('gone.json')],
    ['is a folder', nesting('.')],
    ['is no template', nesting('text.txt')],
    ['is not readable', nesting('broken.json')],
    ['is outside', nesting('../../../../../../../../etc/hostname')],
    ['has an absolute path', nesting('/etc/hostname')],
    ['has no path', nesting(17 as any)],
    ['has a path that no file can have', nesting('\0')],
    ['has no properties', { Type: 'AWS::CloudFormation::Stack' }],
  ])('one whose template %s is left out', (_, resource) => {
    expect(nestedNames({ 'parent.json': template({ Nested: resource }), 'text.txt': 'Hello', 'broken.json': '{' })).toEqual(['parent.json']);
  });

  test('that nest themselves are left out', () => {
    expect(nestedNames({ 'parent.json': template({ A: nesting('child.json') }), 'child.json': template({ B: nesting('parent.json'), C: nesting('child.json') }) }))
      .toEqual(['parent.json', 'parent.json/A']);
  });

  test('that multiply from file to file are refused', () => {
    const levels = Array.from({ length: 8 }, (_, level) => [
      level === 0 ? 'parent.json' : `${level}.json`,
      template(Object.fromEntries([...'abcdefgh'].map(id => [id, nesting(`${level + 1}.json`)]))),
    ]);
    expect(failure(() => nestedNames(Object.fromEntries(levels)))).toContain('more than 2000 stacks are nested');
  });

  test('a construct path that does not fit to the parent\'s is not believed', () => {
    const resource = { ...nesting('a.json') as any, Metadata: { 'aws:asset:path': 'a.json', 'aws:cdk:path': 'Other/A' } };
    expect(nestedNames({ 'parent.json': template({ A: resource }), 'a.json': template() })).toEqual(['parent.json', 'parent.json/A']);
  });
});

describe('what cannot be read names the file and what is expected', () => {
  const expected = 'expected a CloudFormation template (JSON or YAML), or the folder of a cloud assembly (`cdk.out`).';

  test.each([
    ['missing.json', 'missing.json: it cannot be read (ENOENT)'],
    ['empty', `empty: it is a folder without \`manifest.json\`; ${expected}`],
    ['templates', `templates: it is a folder without \`manifest.json\`; ${expected} Templates are given one by one.`],
    ['empty.json', `empty.json: it has no \`Resources\`; ${expected}`],
    ['other.json', `other.json: it has no \`Resources\`; ${expected}`],
    ['list.json', 'list.json: it is not a map; expected a CloudFormation template.'],
    ['strange.json', 'strange.json: it has no `Resources`'],
    ['text.txt', 'text.txt: it is not a map'],
    ['broken.yaml', 'broken.yaml: it cannot be read as YAML'],
    ['no-artifacts', 'manifest.json: it has no `artifacts`; expected the manifest of a cloud assembly.'],
    ['no-stacks', `no-stacks: it is a cloud assembly without stacks; ${expected}`],
    ['broken-manifest', 'manifest.json: it cannot be read as JSON'],
    ['outside', 'manifest.json: the template of \'Web\', "../other.json", is not there, or not inside the assembly.'],
    ['gone', 'manifest.json: the template of \'Web\', "Web.json", is not there, or not inside the assembly.'],
    ['nameless', 'manifest.json: the template of \'Web\', undefined, is not there'],
    ['stage-outside', 'manifest.json: the directory of \'Stage\', "../templates", is not there, or not inside the assembly.'],
    ['list-template', 'list.json: it is not a map'],
    ['/dev/zero', '/dev/zero: it is not a file'],
  ])('%s', (path, message) => {
    const folder = folderWith({
      'empty/.gitkeep': '',
      'templates/a.json': template(),
      'empty.json': '{}',
      'other.json': { Outputs: {} },
      'list.json': '[]',
      'strange.json': { Resources: [] },
      'text.txt': 'Hello',
      'broken.yaml': 'a: [',
      'no-artifacts/manifest.json': { version: '1' },
      'no-stacks/manifest.json': manifest({ Tree: { type: 'cdk:tree' }, Odd: 'x' }),
      'broken-manifest/manifest.json': '{"artifacts": ',
      'outside/manifest.json': manifest({ Web: stackArtifact('../other.json') }),
      'gone/manifest.json': manifest({ Web: stackArtifact('Web.json') }),
      'nameless/manifest.json': manifest({ Web: { type: 'aws:cloudformation:stack' } }),
      'stage-outside/manifest.json': manifest({ Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: '../templates' } } }),
      'list-template/manifest.json': manifest({ Web: stackArtifact('list.json') }),
      'list-template/list.json': '[]',
    });
    expect(failure(() => loadPaths([path], folder))).toContain(message);
  });

  test('a file that is larger than anything that could be a template', () => {
    const folder = folderWith({ 'large.json': '' });
    truncateSync(join(folder, 'large.json'), 65 * 1024 * 1024);
    expect(failure(() => loadPaths(['large.json'], folder))).toContain('large.json: it is larger than 64 MB');
  });

  test('links out of the assembly are not followed', () => {
    const outside = folderWith({ 'secret.json': template() });
    const folder = folderWith({ 'manifest.json': manifest({ Web: stackArtifact('Web.json') }), 'parent.json': template({ Nested: nesting('Web.json') }) });
    symlinkSync(join(outside, 'secret.json'), join(folder, 'Web.json'));
    expect(failure(() => loadPaths([folder]))).toContain('not inside the assembly');
    expect(names(loadPaths([join(folder, 'parent.json')]))).toEqual(['parent.json']);
  });

  test('a stack that a plugin is told of and that is gone', () => {
    expect(failure(() => loadStacks([{ stackConstructPath: 'Web', templatePath: join(folderWith(), 'Web.json') }]))).toContain('ENOENT');
  });
});
