/** Rich text as Outlook compresses it ([MS-OXRTFCP]): a dictionary of 4,096 bytes that begins with what most documents hold. */

const WINDOW = 4096;
const HEADER_BYTES = 16;
const UNCOMPRESSED = 0x414c454d;
const BEGINNING = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);
/** The most that a byte of the packed form can become. */
const RATIO = 17;

/** What could be unpacked; never more than 17 times `packed`. */
export function inflateRtf(packed: Buffer): Buffer {
  if (packed.length < HEADER_BYTES) return Buffer.alloc(0);
  if (packed.readUInt32LE(8) === UNCOMPRESSED) return packed.subarray(HEADER_BYTES);
  const window = Buffer.alloc(WINDOW, 0x20);
  BEGINNING.copy(window);
  let write = BEGINNING.length;
  const out = Buffer.alloc(packed.length * RATIO);
  let length = 0;
  const put = (byte: number): void => {
    out[length++] = byte;
    window[write] = byte;
    write = (write + 1) % WINDOW;
  };
  for (let at = HEADER_BYTES; at < packed.length; ) {
    const flags = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length; bit += 1) {
      if ((flags & (1 << bit)) === 0) {
        put(packed[at++] ?? 0);
        continue;
      }
      if (at + 2 > packed.length) return out.subarray(0, length);
      const reference = packed.readUInt16BE(at);
      at += 2;
      const from = reference >> 4;
      // A reference to the place that is written next is the end.
      if (from === write) return out.subarray(0, length);
      for (let i = 0; i < (reference & 15) + 2; i += 1) put(window[(from + i) % WINDOW] ?? 0);
    }
  }
  return out.subarray(0, length);
}
