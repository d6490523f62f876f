/** `node child.ts INVENTORY ROOT`: scans a folder in small pages, so that a kill falls between them. Says when it starts. */
import { enableCompileCache } from 'node:module';

// As the program does; what is imported statically would be loaded before.
enableCompileCache();
const { FAMILIES } = await import('../../src/rule.ts');
const { configFor, scan } = await import('./estate.ts');

const [inventory, root] = process.argv.slice(2);
if (inventory === undefined || root === undefined) throw new Error('usage: child.ts INVENTORY ROOT');
// What is found matters here less than when: few rules are compiled sooner.
const off = FAMILIES.filter((family) => family !== 'identity');
const config = configFor(inventory, root, { rules: { off, packs: [], levels: {} } });
const { result } = await scan(config, {
  pageSize: 5,
  observe: (event) => {
    if (event.type === 'source-started') process.stdout.write('started\n');
  },
});
process.stdout.write(`${result.sources[0]?.status}\n`);
