/** An independent judge: rclone lists the same files from the fake of Google Drive as our connector does. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { FOLDER, type NewFile } from '../../connectors/google-drive/estate-fake.ts';
import type { FakeDriveServer } from '../../connectors/google-drive/fake.ts';
import type { Options } from '../../src/connector.ts';
import { NASTY_NAMES } from '../conformance/estate.ts';
import { assetsOf, connect, containersOf, createRecorder, pagesOf } from '../conformance/harness.ts';
import { ADA, consented, startDrive, subjects } from '../conformance/subjects/google-drive.ts';
import { startTlsProxy } from './tls-proxy.ts';

const run = promisify(execFile);
const ENTRIES = z.array(
  z.object({ ID: z.string(), Path: z.string(), Hashes: z.object({ md5: z.string() }).nullish() }),
);

/** What rclone lists, by id; `more` are flags of its drive backend. */
async function listWithRclone({ url }: FakeDriveServer, more: readonly string[]) {
  await using proxy = await startTlsProxy(url, ['www.googleapis.com', 'oauth2.googleapis.com']);
  const token = `token-${Buffer.from(ADA).toString('base64url')}`;
  const { stdout } = await run(
    'rclone',
    [
      ...['lsjson', '-R', '--files-only', '--hash', '--config', '/dev/null', '--ca-cert', proxy.certificate],
      ...['--drive-skip-shortcuts', '--drive-skip-gdocs', '--retries', '1', ...more, ':drive:'],
    ],
    {
      env: {
        ...{ PATH: process.env.PATH, HOME: '/nonexistent', HTTPS_PROXY: proxy.url },
        RCLONE_DRIVE_TOKEN: JSON.stringify({ access_token: token, expiry: '2099-01-01T00:00:00Z' }),
      },
    },
  );
  // A newline in a name it shows as the picture of one.
  return ENTRIES.parse(JSON.parse(stdout)).map(({ ID, Path, Hashes }) => [
    ...[ID, Path.replaceAll('\u240a', '\n'), Hashes?.md5],
  ]);
}

async function listWithOurs({ url }: FakeDriveServer, more: Options) {
  const [subject] = subjects;
  if (subject === undefined) throw new Error('there is a subject');
  const login = { options: consented(url, more), env: {} };
  await using connector = await connect(subject, login, createRecorder(), 7);
  const containers = await containersOf(connector);
  const pages = await Promise.all(containers.map((container) => pagesOf(connector, container)));
  return assetsOf(pages.flat())
    .filter(({ size }) => size !== null)
    .map(({ key, path, digests }) => [key, path, digests?.md5]);
}

const byId = (rows: readonly (string | undefined)[][]) =>
  rows.toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));

/** Three levels of folders, nasty names, a name that comes twice, the trash, and what has no bytes. */
function fill(
  { estate }: FakeDriveServer,
  fields: Pick<NewFile, 'owner' | 'driveId'>,
  root: string | undefined,
): void {
  let parent = root;
  for (const folder of ['first', 'se cond', 'thi/rd']) {
    for (const name of [...NASTY_NAMES, 'twice.txt', 'twice.txt', 'a/b.txt']) {
      estate.add({ ...fields, name, parent, body: Buffer.from(`${folder} ${name}`) });
    }
    estate.add({ ...fields, name: 'binned.txt', parent, body: Buffer.from('x'), trashed: true });
    const exports = { 'text/plain': Buffer.from('text') };
    estate.add({
      ...fields,
      name: 'Letter',
      parent,
      mimeType: 'application/vnd.google-apps.document',
      exports,
    });
    estate.add({ ...fields, name: 'Way', parent, mimeType: 'application/vnd.google-apps.shortcut' });
    parent = estate.add({ ...fields, name: folder, parent, mimeType: FOLDER }).id;
  }
  estate.add({ ...fields, name: 'deepest.txt', parent, body: Buffer.from('deepest') });
}

test('rclone and we list the same files of a My Drive', async () => {
  await using server = await startDrive();
  fill(server, { owner: ADA, driveId: undefined }, server.estate.users.get(ADA));
  const ours = await listWithOurs(server, { sharedDrives: false });
  expect(ours.length).toBe(3 * (NASTY_NAMES.length + 3) + 1);
  expect(byId(await listWithRclone(server, []))).toEqual(byId(ours));
});

test('rclone and we list the same files of a shared drive', async () => {
  await using server = await startDrive();
  const member = { type: 'user', role: 'organizer', emailAddress: ADA } as const;
  const { id } = server.estate.addDrive('Clients', [member]);
  fill(server, { owner: undefined, driveId: id }, undefined);
  const ours = await listWithOurs(server, { myDrive: false });
  expect(ours.length).toBe(3 * (NASTY_NAMES.length + 3) + 1);
  expect(byId(await listWithRclone(server, ['--drive-team-drive', id]))).toEqual(byId(ours));
});
