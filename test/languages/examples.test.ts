import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const EXAMPLES = join(ROOT, 'examples');
const FLOOR: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies['aws-cdk-lib'];

const read = (...path: string[]) => readFileSync(join(EXAMPLES, ...path), 'utf8');
const apps = (language: string) => readdirSync(join(EXAMPLES, language)).filter(name => existsSync(join(EXAMPLES, language, name, 'cdk.json')));

const SAME = ['python', 'java'].flatMap(language => apps('typescript').map(app => [language, app] as const));

describe('an example', () => {
  test.each(['python', 'java'])('is there in %s when it is in TypeScript', language => {
    expect(apps(language)).toEqual(apps('typescript'));
  });

  test.each(SAME)('in %s, %s, has the context of the one in TypeScript', (language, app) => {
    expect(JSON.parse(read(language, app, 'cdk.json')).context).toEqual(JSON.parse(read('typescript', app, 'cdk.json')).context);
  });

  test.each(SAME)('in %s, %s, says how to run it and leads to the one in TypeScript', (language, app) => {
    expect(read(language, app, 'README.md')).toContain(`../../typescript/${app}/README.md`);
  });

  test.each(apps('typescript'))('in every language, %s, needs the oldest aws-cdk-lib that the library takes', app => {
    expect(JSON.parse(read('typescript', app, 'package.json')).dependencies['aws-cdk-lib']).toBe(`^${FLOOR}`);
    expect(read('python', app, 'requirements.txt')).toMatch(new RegExp(`^aws-cdk-lib>=${FLOOR},<3.0.0$`, 'm'));
    expect(read('java', app, 'pom.xml')).toContain(`<cdk.version>${FLOOR}</cdk.version>`);
  });
});
