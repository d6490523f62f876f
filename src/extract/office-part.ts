/** A part of an Office document as a content of its own; damage in it ends the part, not the document. */
import { ContentError, gapNote, type Input, SampleEnd } from './reader.ts';
import type { GapNote } from './segment.ts';
import type { ArchiveMember } from './zip-archive.ts';

/** Parts are UTF-8 in practice, so nothing is looked at before. `gaps` gets what went wrong, once it is read. */
export function partInput(
  input: Input,
  member: ArchiveMember,
  { place, gaps }: { readonly place: string; readonly gaps: GapNote[] },
): Input {
  return {
    ...input,
    place,
    size: member.size,
    head: Buffer.alloc(0),
    async *stream() {
      try {
        if (member.obstacle !== undefined)
          throw new ContentError(member.obstacle.reason, member.obstacle.message);
        yield* member.stream();
      } catch (error) {
        if (!(error instanceof ContentError)) throw error;
        if (error instanceof SampleEnd) return;
        gaps.push(gapNote({ place: `${input.label}!/${member.name}` }, error.reason, error.message));
      }
    },
  };
}
