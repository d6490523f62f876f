/** `whereabouts discover` and `doctor`: what is in reach, what is missing, and an exit code that says who let us in. */
import { expect, test } from 'vitest';
import { ACCESS_KEY, SECRET_KEY, startS3Server } from '../servers/s3-fauxqs.ts';
import { folderWith, jsonLines, runCli } from './run-cli.ts';

test('every container is told with its facts, and what is not known says so', async () => {
  await using server = await startS3Server();
  server.createBucket('exports');
  server.createBucket('scratch');
  using folder = folderWith({
    'whereabouts.yaml': `sources:\n  - {name: cloud, connector: s3, endpoint: '${server.url}', region: us-east-1}\n  - {name: work, connector: local, path: data}\n`,
    'data/a.txt': 'a',
  });
  const env = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY };
  const { code, stdout } = await runCli(['discover', '--json'], { cwd: folder.path, env });
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toMatchObject([
    { source: 'cloud', name: 'exports', uri: 's3://exports/', encryption: null, versioning: 'unknown' },
    { source: 'cloud', name: 'scratch' },
    { source: 'work', provider: 'local' },
  ]);
  const told = await runCli(['discover', 'cloud'], { cwd: folder.path, env });
  expect(told.stdout).toMatch(
    /^cloud: exports {2}s3:\/\/exports\/\n(?: {2}.*\n)* {2}encryption {4}unknown\n/,
  );
});

test('a source that does not let us in is an error, and the others are told', async () => {
  using folder = folderWith({
    'whereabouts.yaml':
      'sources:\n  - {name: work, connector: local, path: data}\n  - {name: gone, connector: local, path: nowhere}\n',
    'data/a.txt': 'a',
  });
  const both = await runCli(['discover'], { cwd: folder.path });
  expect([both.code, both.stdout.startsWith('work: ')]).toEqual([3, true]);
  expect(both.stderr).toMatch(/^error: gone: .*nowhere/);
  expect((await runCli(['discover', 'gone'], { cwd: folder.path })).code).toBe(12);
});

test('doctor tells what one source lacks, and goes on to the next', async () => {
  using folder = folderWith({
    'whereabouts.yaml': `sources:\n  - {name: cloud, connector: gcs, accessToken: '\${NOT_SET}'}\n  - {name: work, connector: local, path: data}\n`,
    'data/a.txt': 'a',
  });
  const { code, stdout } = await runCli(['doctor'], { cwd: folder.path });
  expect(code).toBe(3);
  expect(stdout).toMatch(/fail {2}source cloud: .*NOT_SET is not set; set it/);
  expect(stdout).toMatch(/ok {4}source work: /);
  expect((await runCli(['doctor', '--source', 'wrok'], { cwd: folder.path })).code).toBe(2);
});
