/** A part of an Office document as a content of its own; damage in it ends the part, not the document. */
import { officeTokens } from './office-names.ts';
import { textPieces } from './pieces.ts';
import { ContentError, gapNote, type Input, SampleEnd } from './reader.ts';
import type { GapNote } from './segment.ts';
import { attributesOf } from './xml-attributes.ts';
import type { Archive, ArchiveMember } from './zip-archive.ts';

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

/** The part's text; nothing when it is not there. */
export async function* partText(
  archive: Archive,
  path: string,
  { input, gaps }: { readonly input: Input; readonly gaps: GapNote[] },
): AsyncGenerator<string, void, undefined> {
  const member = archive.members.find((other) => other.name.toLowerCase() === path.toLowerCase());
  if (member !== undefined) yield* textPieces(partInput(input, member, { place: '', gaps }));
}

/** Tells each element of a part's text as it opens. */
export async function partElements(
  pieces: AsyncIterable<string>,
  open: (name: string, attributes: Readonly<Record<string, string>>) => void,
): Promise<void> {
  const ignore = (): void => undefined;
  const xml = officeTokens({
    open: (name, attributes) => open(name, attributesOf(attributes)),
    close: ignore,
    text: ignore,
  });
  for await (const piece of pieces) xml.write(piece);
  xml.end();
}
