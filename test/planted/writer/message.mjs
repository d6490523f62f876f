/** `mail.msg`, by msgreader's own writer of compound files: `npm install --no-save @kenjiuno/msgreader`, then `node message.mjs`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { burn } = createRequire(join(process.cwd(), 'here'))('@kenjiuno/msgreader/lib/Burner');
const folder = join(import.meta.dirname, '../fixtures');
const [DIRECTORY, DOCUMENT, ROOT] = [1, 2, 5];

const rows = JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8'));
const sentence = (row) =>
  `${row.name} has DOB ${row.dob} and email ${row.email} and phone ${row.phone} and SSN ${row.ssn} and card ${row.card}.`;
const table = [Object.keys(rows[0]), ...rows.slice(10).map(Object.values)]
  .map((row) => row.join())
  .join('\n');

const entries = [{ name: 'Root Entry', type: ROOT, length: 0, children: [] }];
const add = (parent, entry) => {
  entries[parent].children.push(entries.length);
  return entries.push(entry) - 1;
};
const file = (parent, name, bytes) =>
  add(parent, { name, type: DOCUMENT, length: bytes.length, binaryProvider: () => Uint8Array.from(bytes) });
const text = (parent, id, value) => file(parent, `__substg1.0_${id}001F`, Buffer.from(value, 'utf16le'));

file(0, '__properties_version1.0', Buffer.alloc(32));
text(0, '0037', 'the list');
text(0, '0C1F', 'sender@fernpost-mail.com');
text(0, '1000', rows.slice(0, 10).map(sentence).join('\r\n'));
const recipient = add(0, { name: '__recip_version1.0_#00000000', type: DIRECTORY, length: 0, children: [] });
text(recipient, '39FE', 'team@fernpost-mail.com');
const attachment = add(0, {
  name: '__attach_version1.0_#00000000',
  type: DIRECTORY,
  length: 0,
  children: [],
});
text(attachment, '3707', 'list.csv');
file(attachment, '__substg1.0_37010102', Buffer.from(`${table}\n`));
writeFileSync(join(folder, 'mail.msg'), burn(entries));
