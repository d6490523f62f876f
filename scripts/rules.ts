/** Writes `dist/rules.json`: the checked rules, so that an installed package need not parse half a megabyte of YAML at each start. */
import { writeFile } from 'node:fs/promises';
import { buildRules } from '../src/detect/load-built-in.ts';

const root = new URL('../', import.meta.url);
await writeFile(new URL('dist/rules.json', root), await buildRules(new URL('rules/', root)));
