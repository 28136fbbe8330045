import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deployed, differences, fingerprint } from '../../scripts/languages/compare';
import { firstStack } from '../../scripts/languages/readme';
import { javaClass, javaImports, pythonImports, pythonModule } from '../../scripts/languages/snippets';

const folder = mkdtempSync(join(tmpdir(), 'assembly-'));

afterAll(() => rmSync(folder, { recursive: true }));

function assembly(name: string, files: { [path: string]: string }): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return join(folder, name);
}

const files = (content: { [path: string]: string }) => new Map(Object.entries(content).map(([path, text]) => [path, Buffer.from(text)]));

describe('of a cloud assembly', () => {
  test('templates, lists of assets and every file of the assets are compared', () => {
    const found = deployed(assembly('whole', {
      'A.template.json': '{}',
      'A.assets.json': '{}',
      'asset.1f/index.js': 'code',
      'asset.1f/deeper/more.js': 'more',
      'asset.2e.zip': 'zip',
      'manifest.json': '{}',
      'A.metadata.json': '{}',
      'tree.json': '{}',
      'cdk.out': '{}',
    }));
    expect([...found.keys()]).toEqual(['A.assets.json', 'A.template.json', 'asset.1f/deeper/more.js', 'asset.1f/index.js', 'asset.2e.zip']);
  });

  test('without a template nothing is compared', () => {
    expect(() => deployed(assembly('empty', { 'manifest.json': '{}' }))).toThrow(/empty has no template: there is nothing to compare\./);
  });

  test('the templates of stages are compared too', () => {
    expect([...deployed(assembly('stages', { 'assembly-Prod/ProdA.template.json': '{}' })).keys()]).toEqual(['assembly-Prod/ProdA.template.json']);
  });
});

describe('two assemblies', () => {
  test('with the same bytes do not differ', () => {
    expect(differences(files({ 'A.template.json': '{\n}' }), files({ 'A.template.json': '{\n}' }))).toEqual([]);
  });

  test('differ in the first line that is not the same', () => {
    expect(differences(files({ 'A.template.json': '{\n"a": 1\n}' }), files({ 'A.template.json': '{\n"a": 2\n}' })))
      .toEqual(['A.template.json: line 2 is "\\"a\\": 1" in the first, "\\"a\\": 2" in the second']);
  });

  test('differ where one goes on after the other has ended', () => {
    expect(differences(files({ 'A.template.json': '{' }), files({ 'A.template.json': '{\n}' })))
      .toEqual(['A.template.json: line 2 is null in the first, "}" in the second']);
  });

  test('differ in the files that only one of them has', () => {
    expect(differences(files({ 'asset.1/a': '' }), files({ 'asset.2/a': '' }))).toEqual(['asset.1/a: is in the first only', 'asset.2/a: is in the second only']);
  });
});

test('a file is known by its size and the beginning of its hash', () => {
  expect(fingerprint(Buffer.from('x'.repeat(1_234)))).toMatch(/^1,234 bytes, SHA-256 [0-9a-f]{12}$/);
});

describe('the first stack of the README', () => {
  const readme = ['# Title', '', '```ts', 'not this', '```', '', '## Your first stack', '', '```tsx', 'const one = 1;', '```', '', '```java', 'class A {}', '```',
    '', '## Next', '', '```python', 'not_this', '```', ''].join('\n');

  test.each([['tsx', 'const one = 1;\n'], ['java', 'class A {}\n']])('is the block of %s in its section', (fence, code) => {
    expect(firstStack(readme, fence)).toBe(code);
  });

  test('is missed where the section has none', () => {
    expect(() => firstStack(readme, 'python')).toThrow('README.md needs one block of ```python under "## Your first stack", has 0.');
  });
});

describe('an example for Python is a module that a type checker reads:', () => {
  test('it imports what the fixture imports, under names that Python takes', () => {
    const fixture = [
      "import { App, Stack } from 'aws-cdk-lib';", "import * as lambda from 'aws-cdk-lib/aws-lambda';", 'import {\n  Backend,\n  VpcPeering,\n} from \'cdk-alb-privatelink\';',
    ].join('\n');
    expect(pythonImports(fixture).split('\n').slice(1)).toEqual([
      'from aws_cdk import App, Stack', 'from aws_cdk import aws_lambda as lambda_', 'from cdk_alb_privatelink import Backend, VpcPeering',
    ]);
  });

  test('what it declares is there, and `self` is a stack', () => {
    expect(pythonModule('import x', '# vpc: ec2.Vpc\n\n# a sentence: with a colon\nInternalAlb(self, "Web", vpc=vpc)')).toBe(
      'import x\n\n\nclass Snippet(Stack):\n    def make(self) -> None:\n        vpc = cast(Any, None)\n\n        # a sentence: with a colon\n'
      + '        InternalAlb(self, "Web", vpc=vpc)\n        return None\n');
  });
});

describe('an example for Java is a class that a compiler reads:', () => {
  test('it imports what the fixture imports, and the names of the library one by one', () => {
    const fixture = [
      "import { App, Stack } from 'aws-cdk-lib';", "import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';", "import { Backend } from 'cdk-alb-privatelink';",
      "import { Construct } from 'constructs';",
    ].join('\n');
    expect(javaImports(fixture).split('\n').slice(-5)).toEqual([
      'import software.amazon.awscdk.*;', 'import software.amazon.awscdk.services.elasticloadbalancingv2.targets.*;',
      'import io.github.cdkalbprivatelink.*;', 'import io.github.cdkalbprivatelink.Backend;', 'import software.constructs.*;',
    ]);
  });

  test('what it declares is there, `this` is a stack, and a class of its own is local', () => {
    expect(javaClass('import x;', 'One', 'Vpc vpc;\n\nInternalAlb.Builder.create(this, "Web").vpc(vpc).build();\npublic class Mine extends Backend {\n}')).toBe(
      'import x;\n\nclass One extends Stack {\n    void make() {\n        Vpc vpc = null;\n\n'
      + '        InternalAlb.Builder.create(this, "Web").vpc(vpc).build();\n        class Mine extends Backend {\n        }\n    }\n}\n');
  });
});
