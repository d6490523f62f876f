/** Any content to text and rows with places: the way in to all formats. */
import { Budget } from './budget.ts';
import { readContent } from './content.ts';
import { readMember } from './member.ts';
import { type Context, SourceFailure } from './reader.ts';
import type { ByteSource, Extract, Extracted, ExtractHints } from './segment.ts';

/**
 * Reads any content. Damage, limits and unknown formats are gap notes. May stop reading the source early.
 * @throws what the source throws, and the signal's reason once it is aborted
 */
export const extract: Extract = async function* (
  source: ByteSource,
  hints: ExtractHints,
): AsyncGenerator<Extracted, void, undefined> {
  const context: Context = {
    budget: new Budget(hints.limits, source.sample?.bytes),
    digests: hints.digests,
    over: hints.over ?? (() => false),
    ocr: hints.ocr,
    signal: hints.signal,
    member: (member) => readMember(member, context),
  };
  try {
    yield* readContent(
      {
        name: hints.name,
        mediaType: hints.mediaType,
        label: hints.name,
        place: '',
        path: '',
        size: source.size,
        depth: 0,
        unpacked: false,
        stream: () => sourceStream(source),
        ...(source.sample ? { sample: source.sample } : {}),
        ...(source.read ? { read: sourceRange(source.read.bind(source)) } : {}),
      },
      context,
    );
  } catch (error) {
    throw error instanceof SourceFailure ? error.cause : error;
  }
};

/** The source's chunks, with its own failures marked as such. */
async function* sourceStream(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source.stream();
  } catch (cause) {
    throw new SourceFailure(cause);
  }
}

function sourceRange(read: NonNullable<ByteSource['read']>): NonNullable<ByteSource['read']> {
  return async (start, end) => {
    try {
      return await read(start, end);
    } catch (cause) {
      throw new SourceFailure(cause);
    }
  };
}
