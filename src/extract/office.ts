/** Office documents in a zip: docx, pptx, xlsx and OpenDocument. What they embed is read like members of an archive. */
import { DocumentText } from './document-text.ts';
import { partElements, partInput } from './office-part.ts';
import { textPieces } from './pieces.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted, GapNote } from './segment.ts';
import { slidePlaces } from './slide-places.ts';
import { textSegments } from './text.ts';
import { readWorkbook } from './workbook.ts';
import { readXlsb } from './xlsb.ts';
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
  else if (archive.members.some(({ name }) => name === 'xl/workbook.bin'))
    yield* readXlsb(archive, { input, context, gaps });
  const slides = await slidePlaces(archive, input);
  for (const member of archive.members) {
    if (context.budget.spent) break;
    yield* readPart(member, input, context, { slides, gaps });
  }
  yield* gaps;
  if (!archive.whole) yield gapNote(input, 'malformed', "the archive's directory is damaged");
}

/** Parts by what they hold, and where it stands for people; the first that fits counts. */
const PARTS: readonly { readonly name: RegExp; readonly place: string }[] = [
  { name: /^word\/document\d*\.xml$/, place: '' },
  { name: /^word\/(header|footer)\d*\.xml$/, place: '$1' },
  { name: /^word\/(footnotes|endnotes|comments)\.xml$/, place: '$1' },
  { name: /^word\/glossary\/(?:document|header\d*|footer\d*)\.xml$/, place: 'building blocks' },
  { name: /^ppt\/slides\/slide(\d+)\.xml$/, place: 'slide $1' },
  { name: /^ppt\/notesSlides\/notesSlide(\d+)\.xml$/, place: 'slide $1 notes' },
  { name: /^ppt\/(?:slide|notes|handout)Masters\/[^/]+\.xml$/, place: 'master' },
  { name: /^ppt\/comments\/.*\.xml$/, place: 'comments' },
  { name: /^xl\/(?:comments\d*|threadedComments\/.*)\.xml$/, place: 'comments' },
  { name: /^(?:xl|word)\/drawings\/drawing\d+\.xml$/, place: 'drawing' },
  { name: /^(?:word|xl|ppt)\/diagrams\/data\d*\.xml$/, place: 'diagram' },
  { name: /^content\.xml$/, place: '' },
  // OpenDocument keeps headers and footers with the styles of pages.
  { name: /^styles\.xml$/, place: 'header' },
];

/** What tells how a document looks or hangs together. Sheets are read with their workbook. */
const LOOKS = new RegExp(
  [
    String.raw`^(?:mimetype|settings\.xml|manifest\.rdf|layout-cache|\[Content_Types\]\.xml)$`,
    '(?:^|/)(?:_rels|META-INF|_xmlsignatures|Configurations2|Thumbnails|theme|slideLayouts|fonts|printerSettings|ink)/',
    String.raw`^docProps/thumbnail\.|^Basic/.*-lb\.xml$|/(?:script-lc|dialog-lc)\.xml$`,
    String.raw`^word/(?:glossary/)?(?:styles|stylesWithEffects|settings|webSettings|fontTable|numbering|comments(?:Extended|Ids|Extensible))\.xml$`,
    String.raw`^xl/(?:workbook|sharedStrings|styles|calcChain|metadata|xmlMaps|volatileDependencies)\.xml$`,
    '^xl/(?:worksheets|chartsheets|dialogsheets|macrosheets|activeX|ctrlProps|pivotTables|tables)/',
    String.raw`^xl/(?:workbook|sharedStrings|styles|calcChain|metadata|comments\d*)\.bin$|^xl/binaryIndex`,
    String.raw`^ppt/(?:presentation|presProps|viewProps|tableStyles|revisionInfo)\.xml$`,
    String.raw`/(?:diagrams/(?:layout|quickStyle|colors|drawing)|charts/(?:style|colors))\d*\.xml$`,
    String.raw`^customXml/itemProps\d+\.xml$`,
  ].join('|'),
  'i',
);
/** Most of them are looks as well. */
const SETTINGS = /^word\/settings\.xml$/;
const MARKUP = /\.(?:xml|vml)$/i;
/** Embedded documents and pictures. */
const EMBEDDED = /(?:^|\/)(?:embeddings|media|Pictures)\/|^Object /;
const RELATIONS = /^((?:.*\/)?)_rels\/([^/]+)\.rels$/;

interface Parts {
  readonly slides: ReadonlyMap<string, string>;
  readonly gaps: GapNote[];
}

/** What is no part that we know of is data under its name, or a member like those of an archive. */
async function* readPart(
  member: ArchiveMember,
  input: Input,
  context: Context,
  { slides, gaps }: Parts,
): AsyncGenerator<Extracted, void, undefined> {
  const { name } = member;
  const part = PARTS.find((other) => other.name.test(name));
  if (part !== undefined) {
    yield* readDocument(partInput(input, member, { place: placeIn(input, placeOf(name, slides)), gaps }));
  } else if (EMBEDDED.test(name)) {
    yield* readZipMember(member, input, context);
  } else if (RELATIONS.test(name)) {
    yield* readLinks(partInput(input, member, { place: '', gaps }), placeIn(input, linksOf(name, slides)));
  } else if (SETTINGS.test(name)) {
    yield* readSettings(partInput(input, member, { place: '', gaps }), placeIn(input, 'settings'));
  } else if (LOOKS.test(name)) {
    return;
  } else if (MARKUP.test(name)) {
    yield* readXml(partInput(input, member, { place: placeIn(input, name), gaps }));
  } else {
    yield* readZipMember(member, input, context);
  }
}

function placeOf(name: string, slides: ReadonlyMap<string, string>): string {
  const part = PARTS.find((other) => other.name.test(name));
  return slides.get(name) ?? (part === undefined ? name : name.replace(part.name, part.place));
}

/** `slide 3 links` for what `ppt/slides/_rels/slide3.xml.rels` refers to. */
function linksOf(name: string, slides: ReadonlyMap<string, string>): string {
  const part = name.replace(RELATIONS, '$1$2');
  return `${placeOf(part, slides)} links`.trimStart();
}

/** Addresses that a part refers to, one a line: OOXML does not keep them in its text. */
async function* readLinks(input: Input, place: string): AsyncGenerator<Extracted, void, undefined> {
  const links: string[] = [];
  await partElements(textPieces(input), (_, { Target = '', TargetMode = '' }) => {
    if (TargetMode === 'External') links.push(Target);
  });
  if (links.length > 0) yield* textSegments(links.join('\n'), place, { line: 1 });
}

/** Variables of a document, and where the letters of a mail merge get their people from. */
async function* readSettings(input: Input, place: string): AsyncGenerator<Extracted, void, undefined> {
  const lines: string[] = [];
  await partElements(textPieces(input), (element, attributes) => {
    const { 'w:name': name = '', 'w:val': value = '' } = attributes;
    if (element === 'w:docVar') lines.push(`${name}: ${value}`);
    if (/^w:(?:connectString|query|addressFieldName|mailSubject|udl)$/.test(element)) lines.push(value);
  });
  yield* textSegments(lines.join('\n'), place, { line: 1 });
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
