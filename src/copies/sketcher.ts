/** Sees what the detector sees of one content, and gives the sketches of the content and of each member of an archive. */
import type { FoundValues } from '../detect/detector.ts';
import type { Extracted, RowsSegment } from '../extract/segment.ts';
import { type CellHasher, createCellHasher } from './cells.ts';
import { sketchPeople } from './people-sketch.ts';
import { createRowsSketcher, type RowsSketcher } from './rows-sketch.ts';
import { DOCUMENT, type Sketch } from './sketch.ts';
import type { Tagger } from './tags.ts';
import { createTextSketcher, type TextSketcher } from './text-sketch.ts';

export interface ContentSketcher {
  /** Everything that extraction yields, in order. Synchronous; keeps nothing of a segment. */
  add(part: Extracted): void;
  /** Sketches of the member that the last MemberNote was about. */
  member(): readonly Sketch[];
  /** Sketches of the content itself, with what rules found in all of it. */
  finish(values: readonly FoundValues[]): readonly Sketch[];
}

/** Tables of one content or member that are sketched. */
const MOST_TABLES = 64;
/** Tables in all members of one content together that are sketched. */
const MOST_MEMBER_TABLES = 512;
/** Records of a JSON or XML tree whose values are also words of the content's text. */
const TEXT_ROWS = 200;
/** Parts of documents about the document: who saved it with which program, when. */
const ABOUT = /(?:^|!\/)(?:docProps\/|customXml\/|properties$|(?:cell \d+ (?:output \d+ )?)?metadata\b)/;

/** One content at a time; `createSketching` once per thread. */
export type Sketching = () => ContentSketcher;

export function createSketching(tagger: Tagger): Sketching {
  const hasher = createCellHasher(tagger.seed);
  return () => createContentSketcher(tagger, hasher);
}

function createContentSketcher(tagger: Tagger, hasher: CellHasher): ContentSketcher {
  // Each format note begins a content or a member, each member note ends one.
  const open: Frame[] = [];
  let ended: readonly Sketch[] = [];
  let memberTables = 0;

  function begin(format: string): Frame {
    const frame: Frame = { format, text: undefined, tables: new Map() };
    open.push(frame);
    return frame;
  }

  function addRows(segment: RowsSegment): void {
    const frame = open.at(-1) ?? begin('');
    const part = partOf(segment.table);
    let table = frame.tables.get(part);
    if (table === undefined) {
      const inMember = open.length > 1;
      if (frame.tables.size >= MOST_TABLES || (inMember && memberTables++ >= MOST_MEMBER_TABLES)) return;
      table = createRowsSketcher(part, { tagger, hasher });
      frame.tables.set(part, table);
    }
    if (part === DOCUMENT && table.rows < TEXT_ROWS) addValues(frame, segment);
    table.add(segment);
  }

  /** The values of a tree in order are a text: a record may be saved in another layout, or printed. */
  function addValues(frame: Frame, { rows }: RowsSegment): void {
    frame.text ??= createTextSketcher(tagger);
    for (const row of rows) for (const cell of row) frame.text.add(Buffer.from(cell), false);
  }

  return {
    add(part) {
      switch (part.type) {
        case 'format':
          begin(part.format);
          break;
        case 'member':
          ended = open.length > 1 ? finishFrame(open.pop()!) : [];
          break;
        case 'rows':
          if (!ABOUT.test(part.table) && !part.inText) addRows(part);
          break;
        case 'text': {
          if (ABOUT.test(part.place)) break;
          const frame = open.at(-1) ?? begin('');
          frame.text ??= createTextSketcher(tagger);
          const bytes = frame.format === 'xml' ? withoutTags(part.bytes) : part.bytes;
          frame.text.add(bytes, part.continues);
        }
      }
    },
    member: () => ended,
    finish(values) {
      const frame = open[0];
      const people = sketchPeople(tagger, values);
      return [...(frame ? finishFrame(frame) : []), ...(people ? [people] : [])];
    },
  };
}

interface Frame {
  readonly format: string;
  text: TextSketcher | undefined;
  readonly tables: Map<string, RowsSketcher>;
}

function finishFrame({ text, tables }: Frame): readonly Sketch[] {
  return [...[...tables.values()].map((table) => table.finish()), text?.finish()].filter(
    (sketch) => sketch !== undefined,
  );
}

/**
 * Without the archive's name and the member's path: a table is called the same inside an archive and outside. All tables of one
 * JSON or XML tree are one: documents of one schema have the same codes in the same branches, whoever they are about.
 */
function partOf(table: string): string {
  const name = table.slice(table.lastIndexOf('!/') + 1).replace(/^\/\S+\.\w{1,8}(?: |$)/, '');
  return /^[$/]/.test(name) ? DOCUMENT : name;
}

/** Names of elements and namespaces are the schema's. */
function withoutTags(bytes: Uint8Array): Uint8Array {
  return Buffer.from(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/<[^>]*>?/g, ' '),
  );
}
