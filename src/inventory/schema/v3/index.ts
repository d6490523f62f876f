/** What version 3 of the schema adds, subject by subject. */
import { COPIES } from './copies.ts';

export const V3: string = [COPIES].join('\n');
