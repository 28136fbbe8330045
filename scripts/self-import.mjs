/*
 * The examples import the library by its name, as their readers would. Why not otherwise: as a dependency on itself jsii-pacmak
 * refuses it, and through a link from node_modules to the project jsii-docgen goes round in circles, for minutes.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
const folder = `node_modules/${name}`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
writeFileSync(`${folder}/package.json`, JSON.stringify({ name, main: '../../lib/index.js', types: '../../lib/index.d.ts' }));
