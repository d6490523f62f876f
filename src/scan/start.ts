/** Where a worker thread begins: threads have compile caches of their own, to be opened before anything is loaded. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./worker.ts');
