/** EPUB books: chapters in the order in which they are read (https://www.w3.org/TR/epub-33/#sec-package-doc), then all else that is in them. */
import { partElements, partText } from './office-part.ts';
import { type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { readZipMember } from './zip.ts';
import { type Archive, openArchive } from './zip-archive.ts';

const CONTAINER = 'META-INF/container.xml';

export async function* readEpub(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const archive = await openArchive(input, context);
  const chapters = await chaptersOf(archive, input);
  const read = new Set<string>();
  for (const [i, name] of chapters.entries()) {
    const member = archive.members.find((other) => other.name === name);
    if (member === undefined || read.has(name)) continue;
    read.add(name);
    yield* readZipMember(member, input, context, placeIn(input, `chapter ${i + 1}`));
  }
  for (const member of archive.members) {
    if (!read.has(member.name)) yield* readZipMember(member, input, context);
  }
  if (!archive.whole) yield gapNote(input, 'malformed', "the archive's directory is damaged");
}

/** Paths of the chapters; none when the book does not say, and all of it is read as an archive. */
async function chaptersOf(archive: Archive, input: Input): Promise<readonly string[]> {
  const part = (path: string): AsyncIterable<string> => partText(archive, path, { input, gaps: [] });
  let book = '';
  await partElements(part(CONTAINER), (name, attributes) => {
    if (local(name) === 'rootfile' && book === '') book = attributes['full-path'] ?? '';
  });
  const folder = book.slice(0, book.lastIndexOf('/') + 1);
  const files = new Map<string, string>();
  const order: string[] = [];
  await partElements(part(book), (name, { id = '', href = '', idref = '' }) => {
    if (local(name) === 'item') files.set(id, pathOf(folder, href));
    else if (local(name) === 'itemref') order.push(idref);
  });
  return order.map((id) => files.get(id) ?? '');
}

/** The name without its namespace. */
function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** A reference within the book, from the folder of the file that makes it. */
function pathOf(folder: string, href: string): string {
  try {
    const path = new URL(href.replace(/#.*$/, ''), `file:///${folder}`).pathname;
    return decodeURIComponent(path).slice(1);
  } catch {
    // Not a reference that leads anywhere.
    return '';
  }
}
