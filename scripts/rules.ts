/** Writes `dist/rules.json` and `dist/plans.json`, so that an installed package need not work out at each start what rules it has. */
import { writeFile } from 'node:fs/promises';
import { buildRules } from '../src/detect/load-built-in.ts';

const root = new URL('../', import.meta.url);
const { rules, plans } = await buildRules(new URL('rules/', root), new URL('dist/src/detect/', root));
await writeFile(new URL('dist/rules.json', root), rules);
await writeFile(new URL('dist/plans.json', root), plans);
