/** The inventory's words as sentences: who can reach something, and how it came by its level. */
import type { Exposure, Status } from '../model.ts';

/** Names of readers that are told before `+3`. */
const READERS = 2;

const REACH: Readonly<Record<Exposure, string>> = {
  private: 'private',
  internal: 'open inside',
  external: 'OPEN TO OUTSIDERS',
  public: 'PUBLIC, everybody can read it',
  unknown: 'who can read it is unknown',
};

/** `open inside: group:staff, uid:1000 +3`. */
export function reachOf(exposure: Exposure, readers: readonly string[]): string {
  if (readers.length === 0 || exposure === 'public' || exposure === 'unknown') return REACH[exposure];
  const more = readers.length - READERS;
  const named = readers.slice(0, READERS).join(', ');
  return `${REACH[exposure]}: ${named}${more > 0 ? ` +${more}` : ''}`;
}

/** A client's id, marked where it is only proposed because the same data is this client's elsewhere; undefined without a client. */
export function clientOf(client: string | null, basis: 'known' | 'inherited' | null): string | undefined {
  return client === null ? undefined : basis === 'inherited' ? `${client}, proposed` : client;
}

/** What a person has to know about an asset's status. */
export function statusOf(status: Status): string {
  switch (status) {
    case 'classified':
      return 'classified';
    case 'contradicted':
      return 'DECLARED LOWER THAN IT IS';
    case 'unclassified':
      return 'unclassified';
  }
}
