/** What version 2 of the schema adds, subject by subject. */
import { COPIES } from './copies.ts';
import { DELTA } from './delta.ts';
import { SAMPLES } from './samples.ts';
import { STEERING } from './steering.ts';

export const V2: string = [DELTA, SAMPLES, COPIES, STEERING].join('\n');
