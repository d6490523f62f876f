/** Office documents in a zip: docx, pptx, xlsx and OpenDocument. What they embed is read like members of an archive. */
import { DocumentText } from './document-text.ts';
import { partInput } from './office-part.ts';
import { textPieces } from './pieces.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted, GapNote } from './segment.ts';
import { slidePlaces } from './slide-places.ts';
import { readWorkbook } from './workbook.ts';
import { readXml } from './xml.ts';
import { readZipMember } from './zip.ts';
import { type ArchiveMember, openArchive } from './zip-archive.ts';

export async function* readOffice(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const archive = await openArchive(input, context);
  const gaps: GapNote[] = [];
  if (archive.members.some(({ name }) => name === 'xl/workbook.xml'))
    yield* readWorkbook(archive, input, gaps);
  const slides = await slidePlaces(archive, input);
  for (const member of archive.members) {
    if (context.budget.spent) break;
    if (EMBEDDED.test(member.name)) yield* readZipMember(member, input, context);
    else yield* readPart(member, input, { slides, gaps });
  }
  yield* gaps;
  if (!archive.whole) yield gapNote(input, 'malformed', "the archive's directory is damaged");
}

/** Parts by what they hold, and where it stands for people; the first that fits counts. */
const PARTS: readonly { readonly name: RegExp; readonly place: string }[] = [
  { name: /^word\/document\.xml$/, place: '' },
  { name: /^word\/(header|footer)\d*\.xml$/, place: '$1' },
  { name: /^word\/(footnotes|endnotes|comments)\.xml$/, place: '$1' },
  { name: /^ppt\/slides\/slide(\d+)\.xml$/, place: 'slide $1' },
  { name: /^ppt\/notesSlides\/notesSlide(\d+)\.xml$/, place: 'slide $1 notes' },
  { name: /^ppt\/comments\/.*\.xml$/, place: 'comments' },
  { name: /^xl\/(?:comments\d*|threadedComments\/.*)\.xml$/, place: 'comments' },
  { name: /^xl\/drawings\/drawing\d+\.xml$/, place: 'drawing' },
  { name: /^content\.xml$/, place: '' },
  // OpenDocument keeps headers and footers with the styles of pages.
  { name: /^styles\.xml$/, place: 'header' },
];

/** Properties and custom data: elements under their names. */
const DATA = /^(?:docProps\/(?:core|custom)|customXml\/item\d+|meta|xl\/connections)\.xml$/;
const EMBEDDED = /(?:^|\/)(?:embeddings|media|Pictures)\/|^Object /;

async function* readPart(
  member: ArchiveMember,
  input: Input,
  { slides, gaps }: { readonly slides: ReadonlyMap<string, string>; readonly gaps: GapNote[] },
): AsyncGenerator<Extracted, void, undefined> {
  const part = PARTS.find(({ name }) => name.test(member.name));
  if (part !== undefined) {
    const place = placeIn(input, slides.get(member.name) ?? member.name.replace(part.name, part.place));
    yield* readDocument(partInput(input, member, { place, gaps }));
  } else if (DATA.test(member.name)) {
    yield* readXml(partInput(input, member, { place: placeIn(input, member.name), gaps }));
  }
}

async function* readDocument(input: Input): AsyncGenerator<Extracted, void, undefined> {
  const document = new DocumentText(input);
  for await (const piece of textPieces(input)) {
    document.write(piece);
    yield* document.ready.splice(0);
  }
  document.end();
  yield* document.ready;
}
