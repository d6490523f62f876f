/** What the local connector promises beyond the conformance suite: odd names, odd files, links, gaps, and who may read. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import local from '../../connectors/local/index.ts';
import type { Asset, Connector, Container, Page } from '../../src/connector.ts';

const never = new AbortController().signal;
let above: string;
let root: string;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'whereabouts-local-'));
  root = join(above, 'root');
  mkdirSync(root);
});
afterEach(() => {
  rmSync(above, { recursive: true });
});

interface Listed {
  readonly connector: Connector;
  readonly container: Container;
  readonly pages: readonly Page[];
  readonly assets: readonly Asset[];
  asset(path: string): Asset;
  read(path: string): Promise<string>;
}

async function list(
  options: { readonly pageSize?: number; readonly skip?: (path: string) => boolean } = {},
): Promise<Listed> {
  const connector = await local.connect(
    { path: root },
    {
      env: {},
      retry: (attempt) => attempt(),
      concurrency: 1,
      pageSize: options.pageSize ?? 1000,
      log: () => undefined,
      ...(options.skip ? { skip: options.skip } : {}),
    },
  );
  const [container] = await Array.fromAsync(connector.discover(never));
  if (container === undefined) throw new Error('no container');
  const pages = await Array.fromAsync(connector.list(container, undefined, never));
  const assets = pages.flatMap((page) => page.assets);
  const asset = (path: string) => {
    const found = assets.find((one) => one.path === path);
    if (found === undefined) throw new Error(`${path} was not listed`);
    return found;
  };
  const read = async (path: string) => {
    const chunks: Buffer[] = [];
    for await (const chunk of connector.open(asset(path), { signal: never })) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
  };
  return { connector, container, pages, assets, asset, read };
}

function put(path: string, body = path): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), body);
}

describe('names', () => {
  test('names that are not UTF-8 keep their exact bytes and can be opened', async () => {
    const odd = [
      [0xff],
      [0x61, 0x80, 0x62],
      [0xc3],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
    ];
    // A character of the range that stands for undecodable bytes, and the bytes that look like it.
    const names = [
      ...odd.map((bytes) => Buffer.from(bytes)),
      Buffer.from('\u{10feff}'),
      Buffer.from('\\xff'),
    ];
    for (const name of names)
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), name.toString('hex'));
    const { connector, assets } = await list();
    expect(new Set(assets.map((asset) => asset.key)).size).toBe(names.length);
    for (const asset of assets) {
      expect(asset.key.isWellFormed()).toBe(true);
      let hex = '';
      for await (const chunk of connector.open(asset, { signal: never }))
        hex += Buffer.from(chunk).toString();
      const bytes = Buffer.from(asset.rawKey ?? Buffer.from(asset.key));
      expect(bytes.toString('hex')).toBe(hex);
      expect(decodeBytes(asset.uri)).toBe(
        Buffer.concat([Buffer.from(`file://${root}/`), bytes]).toString('latin1'),
      );
    }
    expect(assets.map((asset) => asset.path)).toContain('a\\x80b');
  });

  test('in a folder whose name is not UTF-8 everything is found, read and resumed', async () => {
    const folder = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.of(0xe9)]);
    mkdirSync(folder);
    for (const name of ['a', 'b', 'c']) writeFileSync(Buffer.concat([folder, Buffer.from(`/${name}`)]), name);
    const { connector, container, assets, read } = await list({ pageSize: 1 });
    expect(await read('caf\\xe9/b')).toBe('b');
    const [after] = await Array.fromAsync(connector.list(container, assets[0]?.key, never));
    expect(after?.assets[0]?.path).toBe('caf\\xe9/b');
  });

  test('both forms of an accent, newlines, dashes and 255 bytes are different names', async () => {
    const names = ['\u00e9', 'e\u0301', 'a\nb', '-rf', ' ', 'x'.repeat(255), '...', '%2e', '\u202egpj.exe'];
    for (const name of names) put(name);
    const { assets } = await list();
    expect(assets.map((asset) => asset.key).toSorted()).toEqual(names.toSorted());
  });
});

describe('order', () => {
  test('keys ascend by bytes and the listing resumes after every one of them', async () => {
    const paths = [
      'a',
      'a.txt',
      'a-b',
      'b/a',
      'b/b/c',
      'b/b.txt',
      'b.c/d',
      'b0',
      'é/x',
      'z/\u{1f600}',
      'z/\uffee',
    ];
    for (const path of paths) if (path !== 'a') put(path);
    put('a/inner');
    const whole = (await list()).assets.map((asset) => asset.key);
    expect(whole).toEqual(whole.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))));
    expect(whole.length).toBe(paths.length);
    const { connector, container, pages } = await list({ pageSize: 1 });
    expect(pages.flatMap((page) => page.assets).map((asset) => asset.key)).toEqual(whole);
    for (const [index, key] of whole.entries()) {
      const rest = await Array.fromAsync(connector.list(container, key, never));
      expect(rest.flatMap((page) => page.assets).map((asset) => asset.key)).toEqual(whole.slice(index + 1));
    }
  });

  test('a cursor whose file and folder are gone still goes on behind them', async () => {
    for (const path of ['a/1', 'b/1', 'b/2', 'c/1']) put(path);
    const { connector, container } = await list();
    rmSync(join(root, 'b'), { recursive: true });
    const rest = await Array.fromAsync(connector.list(container, 'b/1', never));
    expect(rest.flatMap((page) => page.assets).map((asset) => asset.key)).toEqual(['c/1']);
  });
});

describe('what is not a plain file', () => {
  test('pipes, sockets and devices are listed and never opened', async () => {
    put('plain');
    for (let index = 0; index < 8; index += 1) execFileSync('mkfifo', [join(root, `pipe-${index}`)]);
    const server = createServer().listen(join(root, 'socket'));
    const { connector, assets, asset } = await list();
    server.close();
    expect(assets.filter((one) => one.unread?.reason === 'not-regular').length).toBe(9);
    await expect(Array.fromAsync(connector.open(asset('pipe-0'), { signal: never }))).rejects.toMatchObject({
      code: 'unsupported',
    });
    // Even when a pipe takes a file's place after the listing.
    rmSync(join(root, 'plain'));
    execFileSync('mkfifo', [join(root, 'plain')]);
    await expect(Array.fromAsync(connector.open(asset('plain'), { signal: never }))).rejects.toMatchObject({
      code: 'gone',
    });
  });

  test('links are listed, not followed, and cannot be slipped in for a file', async () => {
    put('target/secret.txt');
    put('swapped.txt', 'mine');
    symlinkSync('target', join(root, 'to-folder'));
    symlinkSync('target/secret.txt', join(root, 'to-file'));
    symlinkSync('nowhere', join(root, 'dangling'));
    symlinkSync('.', join(root, 'loop'));
    const { connector, assets, asset } = await list();
    const links = assets.filter((one) => one.unread?.reason === 'link').map((one) => one.path);
    expect(links).toEqual(['dangling', 'loop', 'to-file', 'to-folder']);
    expect(assets.length).toBe(6);
    rmSync(join(root, 'swapped.txt'));
    symlinkSync('target/secret.txt', join(root, 'swapped.txt'));
    await expect(
      Array.fromAsync(connector.open(asset('swapped.txt'), { signal: never })),
    ).rejects.toMatchObject({ code: 'gone' });
  });

  test('hard links share their identity, and only they have one', async () => {
    put('one');
    put('other');
    linkSync(join(root, 'one'), join(root, 'two'));
    const { asset } = await list();
    expect(asset('one').identity).toBeDefined();
    expect(asset('two').identity).toBe(asset('one').identity);
    expect(asset('other').identity).toBeUndefined();
  });
});

describe('reading', () => {
  test('a file that shrinks or changes while it is read fails, however far it came', async () => {
    const body = 'x'.repeat(600 * 1024);
    for (const change of [
      () => writeFileSync(join(root, 'big'), 'short'),
      () => writeFileSync(join(root, 'big'), body.replaceAll('x', 'y')),
    ]) {
      put('big', body);
      const { connector, asset } = await list();
      const chunks = connector.open(asset('big'), { signal: never })[Symbol.asyncIterator]();
      await chunks.next();
      // In another tick of the clock that stamps files.
      await new Promise((resolve) => setTimeout(resolve, 20));
      change();
      const rest = async () => {
        while (!(await chunks.next()).done);
      };
      await expect(rest()).rejects.toMatchObject({ code: 'transient' });
    }
  });

  test('two files can be read at the same time', async () => {
    put('a', 'a'.repeat(300_000));
    put('b', 'b'.repeat(300_000));
    const { connector, asset } = await list();
    const a = connector.open(asset('a'), { signal: never })[Symbol.asyncIterator]();
    const first = (await a.next()).value;
    for await (const chunk of connector.open(asset('b'), { signal: never })) expect(chunk[0]).toBe(98);
    expect(first?.[0]).toBe(97);
    await a.return?.();
  });

  test('times before 1970 and after 2038 are told as they are', async () => {
    put('old');
    put('new');
    // Numbers below 0 mean now to Node.
    utimesSync(join(root, 'old'), new Date(-1500), new Date(-1500));
    utimesSync(join(root, 'new'), 4_000_000_000.25, 4_000_000_000.25);
    const { asset } = await list();
    expect(asset('old').modifiedAt).toBe('1969-12-31T23:59:58.500Z');
    expect(asset('new').modifiedAt).toBe('2096-10-02T07:06:40.250Z');
  });
});

describe('gaps', () => {
  test('a folder that globs leave out is a gap, and is not entered', async () => {
    put('src/a');
    put('node_modules/x/y');
    const { assets, pages } = await list({ skip: (path) => path === 'node_modules' });
    expect(assets.map((asset) => asset.path)).toEqual(['src/a']);
    expect(pages[0]?.gaps).toMatchObject([{ reason: 'excluded', prefix: 'node_modules/' }]);
  });

  test('depth 4,000 ends in one gap, and what stands beside it is listed', async () => {
    put('z');
    // Deeper than any path can say: made from inside.
    const dig = "for (let n = 0; n < 4000; n += 1) { fs.mkdirSync('d'); process.chdir('d'); }";
    execFileSync(process.execPath, ['-e', dig], { cwd: root });
    const { assets, pages } = await list();
    expect(assets.map((asset) => asset.path)).toEqual(['z']);
    expect(pages.flatMap((page) => page.gaps).map((gap) => gap.reason)).toEqual(['io-error']);
    execFileSync('rm', ['-rf', join(root, 'd')]);
  });

  test('a root that is moved away while it is listed fails, instead of looking empty', async () => {
    for (const path of ['a/1', 'b/1', 'c/1']) put(path);
    const { connector, container } = await list({ pageSize: 1 });
    const pages = connector.list(container, undefined, never)[Symbol.asyncIterator]();
    await pages.next();
    renameSync(root, join(above, 'elsewhere'));
    mkdirSync(root);
    const rest = async () => {
      while (!(await pages.next()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'transient' });
  });

  test('what is no folder, and what is not there, is told at once', async () => {
    put('file');
    root = join(root, 'file');
    await expect(list()).rejects.toMatchObject({ code: 'not-found' });
    root = join(above, 'root');
  });
});

describe('permission', () => {
  test('folders and files that may not be read are gaps, and their neighbours are listed', async () => {
    for (const path of ['open/a', 'closed/b', 'names-only/c', 'unreadable', 'z']) put(path);
    chmodSync(join(root, 'closed'), 0o000);
    chmodSync(join(root, 'names-only'), 0o444);
    chmodSync(join(root, 'unreadable'), 0o000);
    for (const folder of [above, root, join(root, 'open')]) chmodSync(folder, 0o755);
    await asNobody(async () => {
      const { connector, pages, assets, asset, read } = await list();
      expect(assets.map((one) => one.path)).toEqual(['open/a', 'unreadable', 'z']);
      expect(pages[0]?.gaps).toMatchObject([
        { prefix: 'closed/', reason: 'permission-denied' },
        { prefix: 'names-only/', reason: 'permission-denied' },
      ]);
      expect(await read('z')).toBe('z');
      await expect(
        Array.fromAsync(connector.open(asset('unreadable'), { signal: never })),
      ).rejects.toMatchObject({ code: 'auth' });
    });
    for (const path of ['closed', 'names-only']) chmodSync(join(root, path), 0o755);
  });
});

describe('who may read', () => {
  const cases = [
    { file: 0o600, folder: 0o755, exposure: 'private', roles: ['own'] },
    { file: 0o644, folder: 0o755, exposure: 'internal', roles: ['own', 'read', 'read'] },
    { file: 0o666, folder: 0o700, exposure: 'private', roles: ['own'] },
    { file: 0o664, folder: 0o750, exposure: 'internal', roles: ['own', 'write'] },
    { file: 0o604, folder: 0o711, exposure: 'internal', roles: ['own', 'read'] },
    // The group is shut out of the folder that everyone else may enter.
    { file: 0o644, folder: 0o705, exposure: 'internal', roles: ['own', 'read'] },
  ] as const;
  test.each(cases)('mode $file in a folder of mode $folder', async ({ file, folder, exposure, roles }) => {
    chmodSync(above, 0o755);
    put('in/file');
    // A group number that no machine has a name for, so that nobody is its only member.
    for (const path of [join(root, 'in/file'), join(root, 'in')]) {
      if (process.getuid?.() === 0) chownSync(path, 54_321, 54_322);
    }
    chmodSync(join(root, 'in/file'), file);
    chmodSync(join(root, 'in'), folder);
    const { asset } = await list();
    expect(asset('in/file').access?.exposure).toBe(exposure);
    expect(asset('in/file').access?.grants.map((grant) => grant.role)).toEqual(roles);
    if (process.getuid?.() === 0) expect(asset('in/file').owner).toBe('uid:54321');
  });

  test('files with the same owner and mode share one access object', async () => {
    put('a');
    put('b/c');
    const { asset } = await list();
    expect(asset('a').access).toBe(asset('b/c').access);
  });
});

/** Root may read everything: the work is done with somebody's rights who may not. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** A URI's bytes, as latin1. */
function decodeBytes(uri: string): string {
  return uri.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
