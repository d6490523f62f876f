/** Python pickles by a walk over their opcodes, never executed: every string and name in them; arrays of numbers are passed over. */
import { isUtf8 } from 'node:buffer';
import { ByteReader } from './byte-reader.ts';
import { ContentError, type Context, gapNote, type Input } from './reader.ts';
import { RowBatch } from './rows.ts';
import type { Extracted } from './segment.ts';

/** The longest string that is kept; longer ones are passed over and told. */
const STRING_BYTES = 1024 ** 2;

/** How the argument of an opcode is written (https://github.com/python/cpython/blob/main/Lib/pickletools.py). */
type Argument =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'line'; readonly lines: number }
  /** A length of so many bytes, little-endian, then that many bytes. */
  | { readonly kind: 'counted'; readonly length: 1 | 4 | 8; readonly text: boolean };

const STOP = 0x2e;

export async function* readPickle(
  input: Input,
  context: Context,
): AsyncGenerator<Extracted, void, undefined> {
  const reader = new ByteReader(input.stream());
  const batch = new RowBatch(input, { name: 'strings', columns: [] });
  let binary = 0;
  /** Where the last whole pickle ends. */
  let end = 0;
  for (let ops = 0; ; ops += 1) {
    if (ops % 10_000 === 0) context.signal.throwIfAborted();
    const opcode = (reader.takeNow(1) ?? (await reader.take(1)))[0];
    // PyTorch and joblib write several pickles one after the other, then bare numbers.
    if (opcode === STOP) end = reader.offset;
    if (opcode === STOP && (await goesOn(reader))) continue;
    const argument = opcode === undefined ? undefined : ARGUMENTS.get(opcode);
    if (argument === undefined) {
      if (opcode === STOP) break;
      yield* batch.take();
      throw new ContentError('malformed', `no pickle any more at byte ${reader.offset}`);
    }
    if (argument.kind === 'none') continue;
    const text = await readArgument(reader, argument);
    if (text === 'binary') binary += 1;
    else if (text !== '' && batch.add([text])) yield* batch.take();
  }
  yield* batch.take();
  await reader.skip(Number.MAX_SAFE_INTEGER);
  const rest = reader.offset - end;
  if (binary > 0 || rest > 0) {
    yield gapNote(input, 'no-text', `${binary} arrays and ${rest} bytes after them are numbers, not read`);
  }
}

/** True when another pickle follows at once; takes its first two bytes. */
async function goesOn(reader: ByteReader): Promise<boolean> {
  const [mark, protocol = 0] = await reader.take(2);
  return mark === 0x80 && protocol >= 2 && protocol <= 5;
}

/** The string in the argument, empty when there is none, `binary` for bytes that are no text. */
async function readArgument(
  reader: ByteReader,
  argument: Exclude<Argument, { kind: 'none' }>,
): Promise<string> {
  if (argument.kind === 'fixed') {
    if (reader.takeNow(argument.bytes) === undefined) await reader.skip(argument.bytes);
    return '';
  }
  if (argument.kind === 'line') {
    const lines: string[] = [];
    for (let i = 0; i < argument.lines; i += 1) lines.push(await readLine(reader));
    return lines.join(' ');
  }
  const header = reader.takeNow(argument.length) ?? (await reader.take(argument.length));
  if (header.length < argument.length) return '';
  const length =
    argument.length === 8 ? Number(header.readBigUInt64LE()) : header.readUIntLE(0, argument.length);
  if (!argument.text || length > STRING_BYTES) {
    await reader.skip(length);
    return length > 0 ? 'binary' : '';
  }
  const bytes = reader.takeNow(length) ?? (await reader.take(length));
  return isUtf8(bytes) ? bytes.toString() : 'binary';
}

async function readLine(reader: ByteReader): Promise<string> {
  const bytes: number[] = [];
  for (
    let byte = (await reader.take(1))[0];
    byte !== undefined && byte !== 0x0a;
    byte = (await reader.take(1))[0]
  ) {
    if (bytes.length < STRING_BYTES) bytes.push(byte);
  }
  return Buffer.from(bytes)
    .toString()
    .replace(/^(['"])(.*)\1$/, '$2');
}

const ARGUMENTS: ReadonlyMap<number, Argument> = new Map([
  ...opcodes('()]}012NQRabdelostu\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98', { kind: 'none' }),
  ...opcodes('K\x80\x82hq', { kind: 'fixed', bytes: 1 }),
  ...opcodes('M\x83', { kind: 'fixed', bytes: 2 }),
  ...opcodes('J\x84jr', { kind: 'fixed', bytes: 4 }),
  ...opcodes('G\x95', { kind: 'fixed', bytes: 8 }),
  ...opcodes('FILSVPgp', { kind: 'line', lines: 1 }),
  ...opcodes('ci', { kind: 'line', lines: 2 }),
  ...opcodes('\x8cUC', { kind: 'counted', length: 1, text: true }),
  ...opcodes('XTB', { kind: 'counted', length: 4, text: true }),
  ...opcodes('\x8d\x8e\x96', { kind: 'counted', length: 8, text: true }),
  ...opcodes('\x8a', { kind: 'counted', length: 1, text: false }),
  ...opcodes('\x8b', { kind: 'counted', length: 4, text: false }),
]);

function opcodes(codes: string, argument: Argument): readonly (readonly [number, Argument])[] {
  return Array.from(codes, (code) => [code.charCodeAt(0), argument] as const);
}
