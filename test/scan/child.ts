/** `node child.ts INVENTORY ROOT`: scans a folder in small pages, so that a kill falls between them. */
import { configFor, scan } from './estate.ts';

const [inventory, root] = process.argv.slice(2);
if (inventory === undefined || root === undefined) throw new Error('usage: child.ts INVENTORY ROOT');
const { result } = await scan(configFor(inventory, root), { pageSize: 10 });
process.stdout.write(`${result.sources[0]?.status}\n`);
