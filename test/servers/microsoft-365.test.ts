/** Microsoft 365 under Microsoft's own names, over TLS: rclone, somebody else's client, lists what we list; the app signs in. */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { FAKE_CLIENT, FAKE_TENANT, startFakeGraph } from '../../connectors/microsoft-365/fake.ts';
import { assetsOf, connect, containersOf, createRecorder, pagesOf } from '../conformance/harness.ts';
import { subjects } from '../conformance/subjects/microsoft-365.ts';
import { rows, temporaryFolder } from '../scan/estate.ts';
import { startTlsProxy } from './tls-proxy.ts';

const run = promisify(execFile);
const ADA = 'ada@contoso.example';
const HOSTS = ['graph.microsoft.com', 'login.microsoftonline.com'];
const CLI = join(import.meta.dirname, '../../src/cli.ts');

test('rclone lists the same files from the same drive, with the same sizes and hashes', async () => {
  await using graph = await startFakeGraph();
  const drive = graph.addUser(ADA);
  for (let index = 0; index < 250; index += 1) {
    drive.put(`folder ${index % 7}/sub/f${index}.txt`, Buffer.from('invented '.repeat(index % 5)));
  }
  drive.put('100%.txt', Buffer.from('invented'));
  drive.put('nfd-e\u0301 \u{1f600}.txt', Buffer.from('invented too'));
  await using proxy = await startTlsProxy(graph.url, HOSTS);
  const { stdout } = await run(
    'rclone',
    ['lsjson', '-R', '--files-only', '--hash', '--ca-cert', proxy.certificate, ':onedrive:'],
    {
      env: {
        PATH: process.env.PATH,
        HTTPS_PROXY: proxy.url,
        RCLONE_CONFIG: '/dev/null',
        RCLONE_ONEDRIVE_TOKEN: JSON.stringify({ access_token: graph.token, expiry: '2099-01-01T00:00:00Z' }),
        RCLONE_ONEDRIVE_DRIVE_ID: drive.id,
        RCLONE_ONEDRIVE_DRIVE_TYPE: 'business',
      },
    },
  );
  const theirs: { Path: string; Size: number; Hashes: Record<string, string> }[] = JSON.parse(stdout);
  expect(proxy.requests.length).toBeGreaterThan(10);

  const [subject] = subjects;
  if (subject === undefined) throw new Error('there is a subject');
  const options = { endpoint: graph.url, accessToken: graph.token, users: [ADA] };
  await using connector = await connect(subject, { options, env: {} }, createRecorder(), 50);
  const [container] = await containersOf(connector);
  const ours = container === undefined ? [] : assetsOf(await pagesOf(connector, container));
  const known = (path: string, size: number | null, quickxor: string | undefined) =>
    `${path} ${size} ${quickxor}`;
  expect(theirs.map(({ Path, Size, Hashes }) => known(Path, Size, Hashes.quickxor)).sort()).toEqual(
    ours.map(({ path, size, digests }) => known(path, size, digests?.quickxor)).sort(),
  );
  expect(ours.length).toBe(252);
});

test.each(['secret', 'certificate'] as const)(
  'an app signs in by %s, is told what it may do, and scans, at the addresses of Microsoft',
  async (by) => {
    using folder = temporaryFolder();
    await using graph = await startFakeGraph();
    graph.addUser(ADA).put('people.csv', Buffer.from('name,email\nAda Quill,ada.quill@quillworks.net\n'));
    await using proxy = await startTlsProxy(graph.url, HOSTS);
    const certificate = join(folder.path, 'app.pem');
    await makeCertificate(certificate);
    const config = join(folder.path, 'whereabouts.yaml');
    const credential = by === 'secret' ? `clientSecret: "\${SECRET}"` : `certificate: ${certificate}`;
    writeFileSync(
      config,
      `sources:
  - { name: m365, connector: microsoft-365, tenant: ${FAKE_TENANT}, clientId: ${FAKE_CLIENT}, ${credential}, users: [${ADA}] }
`,
    );
    const inventory = join(folder.path, 'inventory.db');
    const env = {
      PATH: process.env.PATH,
      HOME: folder.path,
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: proxy.certificate,
      SECRET: graph.secret,
    };
    const cli = (...words: readonly string[]) =>
      run(process.execPath, [CLI, ...words, '--config', config, '--inventory', inventory], { env });

    const doctor = await cli('doctor', '--source', 'm365');
    expect(doctor.stdout).toContain('app Whereabouts inventory');
    expect(doctor.stdout).toContain(
      'more than needed: Channel.ReadBasic.All, GroupMember.Read.All, User.Read.All',
    );
    const tokens = () => proxy.requests.filter((request) => /^POST .*\/token/.test(request)).length;
    const before = tokens();
    // Graph ends the token under way: the app signs in once more, and nothing is missing.
    graph.endTokenAfter(3);
    await cli('scan', '--quiet');
    expect(tokens() - before).toBeGreaterThanOrEqual(2);
    expect(rows(inventory, 'select path, coverage from assets')).toEqual([
      { path: 'people.csv', coverage: 'full' },
    ]);
    const asked = proxy.requests.map((request) => request.replace(/\?.*/, ''));
    expect(asked).toContain(`POST login.microsoftonline.com/${FAKE_TENANT}/oauth2/v2.0/token`);
    expect(asked.filter((request) => request.startsWith('POST graph'))).toEqual([]);

    if (by === 'secret') {
      const refused = await run(
        process.execPath,
        [CLI, 'doctor', '--config', config, '--inventory', inventory],
        {
          env: { ...env, SECRET: 'the secret of a stranger' },
        },
      ).catch((error: { stdout: string; stderr: string }) => error);
      expect(refused.stdout + refused.stderr).toContain('AADSTS7000215; the secret is wrong');
      expect(refused.stdout + refused.stderr).not.toContain('stranger');
    } else {
      rmSync(certificate);
      const refused = await cli('doctor').catch((error: { stdout: string; stderr: string }) => error);
      expect(refused.stdout + refused.stderr).toContain('there is no certificate file');
    }
  },
);

/** Certificate and private key in one PEM file, as the README makes it. */
async function makeCertificate(file: string): Promise<void> {
  const key = `${file}.key`;
  const what = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=whereabouts'];
  const { stdout } = await run('openssl', [...what, '-keyout', key]);
  writeFileSync(file, readFileSync(key, 'utf8') + stdout, { mode: 0o600 });
}
