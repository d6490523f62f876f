/** zip archives: each member is read like a file; encrypted ones are gaps. */
import { type Context, gapNote, type Input } from './reader.ts';
import type { Extracted } from './segment.ts';
import { type ArchiveMember, openArchive } from './zip-archive.ts';

export async function* readZip(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const { members, whole } = await openArchive(input, context);
  const tensors = tensorsIn(members);
  for (const member of members) if (!tensors.has(member)) yield* readZipMember(member, input, context);
  if (tensors.size > 0) yield gapNote(input, 'no-text', `${tensors.size} tensors are numbers, not read`);
  if (!whole) yield gapNote(input, 'malformed', "the archive's directory is damaged");
}

/** One member of the archive that `input` is. */
export async function* readZipMember(
  { name, size, obstacle, stream }: ArchiveMember,
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const place = `${input.label}!/${name}`;
  if (obstacle !== undefined) {
    yield gapNote({ place }, obstacle.reason, obstacle.message);
    return;
  }
  yield* context.member({
    name: name.slice(name.lastIndexOf('/') + 1),
    mediaType: null,
    label: place,
    place,
    path: input.path === '' ? name : `${input.path}!/${name}`,
    size,
    depth: input.depth + 1,
    unpacked: false,
    stream,
  });
}

/** What PyTorch keeps beside `data.pkl`: bare numbers, one member for each tensor. */
function tensorsIn(members: readonly ArchiveMember[]): ReadonlySet<ArchiveMember> {
  const pickle = members.find(({ name }) => name.endsWith('/data.pkl'));
  if (pickle === undefined) return new Set();
  const folder = `${pickle.name.slice(0, -'.pkl'.length)}/`;
  return new Set(
    members.filter(({ name }) => name.startsWith(folder) && /^\d+$/.test(name.slice(folder.length))),
  );
}
