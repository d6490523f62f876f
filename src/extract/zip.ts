/** zip archives: each member is read like a file; encrypted ones are gaps. */
import { type Context, gapNote, type Input } from './reader.ts';
import { randomOf, rowsIn, seedOf, shuffled } from './sample.ts';
import { isSampled, type Sampled } from './sampled.ts';
import type { Extracted } from './segment.ts';
import { type ArchiveMember, openArchive } from './zip-archive.ts';

export async function* readZip(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const { members, whole } = await openArchive(input, context);
  const tensors = tensorsIn(members);
  const read = members.filter((member) => !tensors.has(member));
  if (isSampled(input)) {
    yield* readDrawn(read, input, context);
    return;
  }
  for (const member of read) yield* readZipMember(member, input, context);
  if (tensors.size > 0) yield gapNote(input, 'no-text', `${tensors.size} tensors are numbers, not read`);
  if (!whole) yield gapNote(input, 'malformed', "the archive's directory is damaged");
}

/** Members in random order until there is enough of them; what a member holds beyond that is left. */
async function* readDrawn(
  members: readonly ArchiveMember[],
  input: Sampled,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const seed = seedOf(input);
  let read = 0;
  let rows = 0;
  let draws = 0;
  for (const member of shuffled(members, randomOf(seed))) {
    if (read >= input.sample.bytes || context.budget.spent || context.over()) break;
    for await (const extracted of readZipMember(member, input, context)) {
      rows += rowsIn(extracted);
      yield extracted;
    }
    read += Math.min(member.packed, input.sample.bytes);
    draws += 1;
  }
  yield { type: 'sample', how: 'members', unit: 'bytes', read, total: input.size, draws, rows, seed };
}

/** One member of the archive that `input` is; `place`: where it stands for people, when not under its path. */
export async function* readZipMember(
  { name, size, obstacle, stream }: ArchiveMember,
  input: Input,
  context: Context,
  place = `${input.label}!/${name}`,
): AsyncGenerator<Extracted, void, undefined> {
  if (obstacle !== undefined) {
    yield gapNote({ place }, obstacle.reason, obstacle.message);
    return;
  }
  yield* context.member({
    name: name.slice(name.lastIndexOf('/') + 1),
    mediaType: null,
    label: `${input.label}!/${name}`,
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
