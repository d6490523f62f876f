/** Texts of any length in an HDF5 file: they lie together in collections, and values refer to them. */
import { Cursor, type Hdf5Bytes } from './hdf5-bytes.ts';
import type { HeapText } from './hdf5-type.ts';

/** Collections that are held. */
const HELD_BYTES = 32 * 1024 ** 2;

export class Hdf5Heap {
  readonly #file: Hdf5Bytes;
  readonly #collections = new Map<number, ReadonlyMap<number, Buffer>>();
  #held = 0;

  constructor(file: Hdf5Bytes) {
    this.#file = file;
  }

  /** @throws ContentError `malformed` */
  async text({ length, collection, index }: HeapText): Promise<string> {
    if (length === 0 || index === 0) return '';
    const objects = this.#collections.get(collection) ?? (await this.#read(collection));
    return (objects.get(index)?.subarray(0, length) ?? Buffer.alloc(0)).toString().replace(/\0+$/, '');
  }

  async #read(address: number): Promise<ReadonlyMap<number, Buffer>> {
    const file = this.#file;
    const head = 8 + file.lengthSize;
    const size = new Cursor(await file.read(address, head), 8).number(file.lengthSize);
    const cursor = new Cursor(await file.read(address, size), head);
    const objects = new Map<number, Buffer>();
    while (cursor.left >= 8 + file.lengthSize) {
      const index = cursor.number(2);
      cursor.take(6);
      const length = cursor.number(file.lengthSize);
      // What is free ends the collection.
      if (index === 0 || length > cursor.left) break;
      objects.set(index, cursor.take(length));
      cursor.align(8);
      if (cursor.left < 0) break;
    }
    if (this.#held + size > HELD_BYTES) {
      this.#collections.clear();
      this.#held = 0;
    }
    this.#held += size;
    this.#collections.set(address, objects);
    return objects;
  }
}
