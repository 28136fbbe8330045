/* Follows every link within the site that was built, anchors too; VitePress looks for pages only. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deadLinks } from './site/check';

const DIST = join(__dirname, '..', 'site', 'dist');
const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.html') && file !== '404.html');
const dead = deadLinks(new Map(files.map(file => [file, readFileSync(join(DIST, file), 'utf8')])), process.env.SITE_BASE ?? '/cdk-alb-privatelink/');

for (const link of dead) { console.error(`dead link in ${link}`); }
console.log(`${files.length} pages in site/dist, ${dead.length} dead links`);
process.exit(dead.length > 0 ? 1 : 0);
