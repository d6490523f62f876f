/** A member of an archive: read like a file, hashed while it is read, noted as content of its own. */
import { createHash } from 'node:crypto';
import type { Digests } from '../model.ts';
import { readContent } from './content.ts';
import { ContentError, type Context, gapNote, type Member, SampleEnd } from './reader.ts';
import type { Extracted } from './segment.ts';

/** What node:crypto computes; the others come from providers. */
const HASHES = ['sha256', 'sha1', 'md5'] as const;

/** Ends in a MemberNote when the member was read to its end undamaged. */
export async function* readMember(
  member: Member,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const { depth, members } = context.budget.limits;
  if (member.depth > depth) {
    yield gapNote(member, 'archive-limit', `lies deeper than ${depth} archives`);
    return;
  }
  if (context.budget.spent) throw context.budget.exceeded();
  if (!context.budget.takeMember()) {
    throw new ContentError('archive-limit', `holds more than ${members} members`);
  }
  const hashes = HASHES.filter((name) => name === 'sha256' || context.digests.includes(name)).map(
    (name) => [name, createHash(name)] as const,
  );
  let size = 0;
  let ended = false;
  let broken = false;
  const chunks = member.stream()[Symbol.asyncIterator]();
  async function* hashed(): AsyncGenerator<Uint8Array, void, undefined> {
    while (!ended) {
      const { done, value } = await chunks.next().catch((error: unknown) => {
        broken = true;
        throw error;
      });
      if (done) {
        ended = true;
        return;
      }
      size += value.length;
      for (const [, hash] of hashes) hash.update(value);
      yield value;
    }
  }
  try {
    yield* readContent({ ...member, stream: hashed }, context);
    if (broken) return;
    // What the reader did not need is hashed all the same: a picture in two archives is one content.
    for await (const _ of hashed()) context.signal.throwIfAborted();
  } catch (error) {
    if (!(error instanceof ContentError) || error instanceof SampleEnd) throw error;
    yield gapNote(member, error.reason, error.message);
    return;
  } finally {
    await chunks.return?.();
  }
  // Object.fromEntries widens the keys, which are HASHES.
  const digests = Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')])) as Digests;
  yield { type: 'member', path: member.path, size, digests };
}
