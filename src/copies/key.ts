/**
 * The inventory's key: 32 random bytes in a file beside the inventory, readable by its owner only. Whoever has both can ask where
 * somebody's data is; whoever has the inventory alone cannot. Without the old key old sketches are useless: contents are read again.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { messageOf, UserError } from '../errors.ts';
import { KEY_BYTES } from './tags.ts';

/** `inventory.db.key` for `inventory.db`. */
export function keyFile(inventory: string): string {
  return `${inventory}.key`;
}

/** The key of an inventory; undefined when there is none. @throws UserError exit 2 for a file that is no key, or that others may read */
export function readKey(inventory: string): Uint8Array | undefined {
  const file = keyFile(inventory);
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new UserError(`${file} may be read by others than its owner; run: chmod 600 ${file}`);
    }
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error instanceof UserError
      ? error
      : new UserError(`cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new UserError(
      `${file} is no key; restore it, or delete it to have a new one made (everything is read again then)`,
    );
  }
  return Buffer.from(text, 'hex');
}

/** The key of an inventory, made when there is none. @throws UserError exit 2, as `readKey`, or when it cannot be written */
export function ensureKey(inventory: string): Uint8Array {
  return readKey(inventory) ?? makeKey(inventory);
}

/** A new key in place of the old one, if any. @throws UserError exit 2 when it cannot be written */
export function makeKey(inventory: string): Uint8Array {
  const file = keyFile(inventory);
  const key = randomBytes(KEY_BYTES);
  // Written whole under another name first: half a key is no key.
  const draft = `${file}.${process.pid}`;
  try {
    const handle = openSync(draft, 'wx', 0o600);
    try {
      writeSync(handle, `${key.toString('hex')}\n`);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, file);
  } catch (error) {
    throw new UserError(`cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
  return key;
}
