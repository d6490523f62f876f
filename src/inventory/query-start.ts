/** Where the process of one query begins: it has a compile cache of its own, to be opened before anything is loaded. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./query-process.ts');
