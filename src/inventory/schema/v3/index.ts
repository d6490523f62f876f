/** What version 3 of the schema adds, subject by subject. */
import { COPIES } from './copies.ts';
import { INHERITED } from './inherited.ts';
import { REGISTER } from './register.ts';

export const V3: string = [COPIES, INHERITED, REGISTER].join('\n');
