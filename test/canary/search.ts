/** Looks for a value in raw bytes in every form that software leaves values in. */
import { createHash } from 'node:crypto';

/** Forms in which a value could have leaked, by name. */
export function formsOf(value: string): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(value, 'utf8');
  const bare = value.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
  const forms = new Map<string, Buffer>([
    ['text', bytes],
    ['upper case', Buffer.from(value.toUpperCase())],
    ['UTF-16LE', Buffer.from(value, 'utf16le')],
    ['UTF-16BE', Buffer.from(value, 'utf16le').swap16()],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
    ['percent-encoded', Buffer.from(encodeURIComponent(value))],
    ['reversed', Buffer.from([...value].reverse().join(''))],
  ]);
  // What stands before a value in base64 shifts it by 0, 1 or 2 bytes; the characters that its neighbours touch are left out.
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    forms.set(`base64 at ${shift}`, Buffer.from(encoded.slice(shift === 0 ? 0 : shift + 1, -2)));
  }
  for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
    for (const [how, text] of [
      ['as written', value],
      ['bare', bare],
    ] as const) {
      const digest = createHash(algorithm).update(text).digest();
      forms.set(`${algorithm} ${how}, hex`, Buffer.from(digest.toString('hex')));
      forms.set(`${algorithm} ${how}, bytes`, digest);
      forms.set(`${algorithm} ${how}, base64`, Buffer.from(digest.toString('base64').replace(/=+$/, '')));
    }
  }
  return forms;
}
