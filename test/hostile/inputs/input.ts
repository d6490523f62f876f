/** One hostile input: what it is, how it is made, and what a scan must say of it. */
import { people } from '../../cli/run-cli.ts';

export interface HostileInput {
  /** Its number in the list of forty. */
  readonly number: number;
  /** Path below the scanned folder. */
  readonly name: string;
  /** Its bytes; or makes it at the absolute path given. */
  readonly content: Uint8Array | string | ((path: string) => void);
  /** Why not all of it was read, each reason once, in alphabetical order; none when all of it was. */
  readonly reasons: readonly string[];
  /** What it may end in instead, where the machine's speed decides. */
  readonly orElse?: readonly string[];
  /** Whether the people in it (PEOPLE) must be found. */
  readonly found: boolean;
}

export const MiB = 1024 ** 2;
/** A table of three people who do not exist, found wherever it is read. */
export const PEOPLE = people(3);
