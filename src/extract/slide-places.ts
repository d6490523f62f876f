/** Which slide of a presentation a part is: parts are numbered as they were made, people count as they are shown (ECMA-376 part 1, 19.2.1.34). */
import { partElements, partText } from './office-part.ts';
import type { Input } from './reader.ts';
import type { Archive } from './zip-archive.ts';

const SLIDES = 'ppt/_rels/presentation.xml.rels';
const NOTES = /^ppt\/notesSlides\/_rels\/(notesSlide\d+\.xml)\.rels$/;

/** `slide 3` or `slide 3 notes` by the part's path; empty for what is no presentation. Damage in these parts costs the order alone. */
export async function slidePlaces(archive: Archive, input: Input): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  if (!archive.members.some(({ name }) => name === SLIDES)) return places;
  const part = (path: string): AsyncIterable<string> => partText(archive, path, { input, gaps: [] });
  const order: string[] = [];
  await partElements(part('ppt/presentation.xml'), (name, attributes) => {
    if (name === 'p:sldId') order.push(attributes['r:id'] ?? '');
  });
  await partElements(part(SLIDES), (_, { Id = '', Target = '' }) => {
    const number = order.indexOf(Id) + 1;
    if (number > 0) places.set(Target.startsWith('/') ? Target.slice(1) : `ppt/${Target}`, `slide ${number}`);
  });
  for (const { name } of archive.members) {
    const notes = NOTES.exec(name)?.[1];
    if (notes === undefined) continue;
    await partElements(part(name), (_, { Type = '', Target = '' }) => {
      const slide = places.get(Target.replace(/^(?:\.\.|\/ppt)\//, 'ppt/'));
      if (Type.endsWith('/slide') && slide !== undefined)
        places.set(`ppt/notesSlides/${notes}`, `${slide} notes`);
    });
  }
  return places;
}
