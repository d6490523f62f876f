/** Writes zips, honest and lying ones: yauzl only reads, and no writer makes what attackers make. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  readonly data: Uint8Array;
  readonly stored?: boolean;
  /** Written instead of the true ones. */
  readonly size?: number;
  readonly crc?: number;
  /** Sets the flag without encrypting. */
  readonly encrypted?: boolean;
  /** Writes no local header and points at this member's instead: an overlap. */
  readonly at?: number;
}

export function zipOf(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.from(member.name);
    const data = member.stored ? Buffer.from(member.data) : deflateRawSync(member.data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800 | (member.encrypted ? 1 : 0), 2);
    fields.writeUInt16LE(member.stored ? 0 : 8, 4);
    fields.writeUInt32LE(member.crc ?? crc32(member.data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(member.size ?? member.data.length, 18);
    fields.writeUInt16LE(name.length, 22);
    offsets.push(member.at === undefined ? offset : (offsets[member.at] ?? 0));
    if (member.at === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, data]);
      parts.push(local);
      offset += local.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offsets.at(-1) ?? 0, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, tail, name]));
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
