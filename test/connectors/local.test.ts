/** What the local connector promises beyond the conformance suite: odd names, order, odd files, links, reading, gaps. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { never, useFolder } from './local-folder.ts';

const place = useFolder();

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
      writeFileSync(Buffer.concat([Buffer.from(`${place.root}/`), name]), name.toString('hex'));
    const { connector, assets } = await place.list();
    expect(new Set(assets.map((asset) => asset.key)).size).toBe(names.length);
    for (const asset of assets) {
      expect(asset.key.isWellFormed()).toBe(true);
      let hex = '';
      for await (const chunk of connector.open(asset, { signal: never }))
        hex += Buffer.from(chunk).toString();
      const bytes = Buffer.from(asset.rawKey ?? Buffer.from(asset.key));
      expect(bytes.toString('hex')).toBe(hex);
      expect(decodeBytes(asset.uri)).toBe(
        Buffer.concat([Buffer.from(`file://${place.root}/`), bytes]).toString('latin1'),
      );
    }
    expect(assets.map((asset) => asset.path)).toContain('a\\x80b');
  });

  test('in a folder whose name is not UTF-8 everything is found, read and resumed', async () => {
    const folder = Buffer.concat([Buffer.from(`${place.root}/caf`), Buffer.of(0xe9)]);
    mkdirSync(folder);
    for (const name of ['a', 'b', 'c']) writeFileSync(Buffer.concat([folder, Buffer.from(`/${name}`)]), name);
    const { connector, container, assets, read } = await place.list({ pageSize: 1 });
    expect(await read('caf\\xe9/b')).toBe('b');
    const [after] = await Array.fromAsync(connector.list(container, assets[0]?.key, never));
    expect(after?.assets[0]?.path).toBe('caf\\xe9/b');
  });

  test('both forms of an accent, newlines, dashes and 255 bytes are different names', async () => {
    const names = ['\u00e9', 'e\u0301', 'a\nb', '-rf', ' ', 'x'.repeat(255), '...', '%2e', '\u202egpj.exe'];
    for (const name of names) place.put(name);
    const { assets } = await place.list();
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
    for (const path of paths) if (path !== 'a') place.put(path);
    place.put('a/inner');
    const whole = (await place.list()).assets.map((asset) => asset.key);
    expect(whole).toEqual(whole.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))));
    expect(whole.length).toBe(paths.length);
    const { connector, container, pages } = await place.list({ pageSize: 1 });
    expect(pages.flatMap((page) => page.assets).map((asset) => asset.key)).toEqual(whole);
    for (const [index, key] of whole.entries()) {
      const rest = await Array.fromAsync(connector.list(container, key, never));
      expect(rest.flatMap((page) => page.assets).map((asset) => asset.key)).toEqual(whole.slice(index + 1));
    }
  });

  test('a cursor whose file and folder are gone still goes on behind them', async () => {
    for (const path of ['a/1', 'b/1', 'b/2', 'c/1']) place.put(path);
    const { connector, container } = await place.list();
    rmSync(join(place.root, 'b'), { recursive: true });
    const rest = await Array.fromAsync(connector.list(container, 'b/1', never));
    expect(rest.flatMap((page) => page.assets).map((asset) => asset.key)).toEqual(['c/1']);
  });
});

describe('what is not a plain file', () => {
  test('pipes, sockets and devices are listed and never opened', async () => {
    place.put('plain');
    for (let index = 0; index < 8; index += 1) execFileSync('mkfifo', [join(place.root, `pipe-${index}`)]);
    const server = createServer().listen(join(place.root, 'socket'));
    const { connector, assets, asset } = await place.list();
    server.close();
    expect(assets.filter((one) => one.unread?.reason === 'not-regular').length).toBe(9);
    await expect(Array.fromAsync(connector.open(asset('pipe-0'), { signal: never }))).rejects.toMatchObject({
      code: 'unsupported',
    });
    // Even when a pipe takes a file's place after the listing.
    rmSync(join(place.root, 'plain'));
    execFileSync('mkfifo', [join(place.root, 'plain')]);
    await expect(Array.fromAsync(connector.open(asset('plain'), { signal: never }))).rejects.toMatchObject({
      code: 'gone',
    });
  });

  test('links are listed, not followed, and cannot be slipped in for a file', async () => {
    place.put('target/secret.txt');
    place.put('swapped.txt', 'mine');
    symlinkSync('target', join(place.root, 'to-folder'));
    symlinkSync('target/secret.txt', join(place.root, 'to-file'));
    symlinkSync('nowhere', join(place.root, 'dangling'));
    symlinkSync('.', join(place.root, 'loop'));
    const { connector, assets, asset } = await place.list();
    const links = assets.filter((one) => one.unread?.reason === 'link').map((one) => one.path);
    expect(links).toEqual(['dangling', 'loop', 'to-file', 'to-folder']);
    expect(assets.length).toBe(6);
    rmSync(join(place.root, 'swapped.txt'));
    symlinkSync('target/secret.txt', join(place.root, 'swapped.txt'));
    await expect(
      Array.fromAsync(connector.open(asset('swapped.txt'), { signal: never })),
    ).rejects.toMatchObject({ code: 'gone' });
  });

  test('hard links share their identity, and only they have one', async () => {
    place.put('one');
    place.put('other');
    linkSync(join(place.root, 'one'), join(place.root, 'two'));
    const { asset } = await place.list();
    expect(asset('one').identity).toBeDefined();
    expect(asset('two').identity).toBe(asset('one').identity);
    expect(asset('other').identity).toBeUndefined();
  });
});

describe('reading', () => {
  test('a file that shrinks or changes while it is read fails, however far it came', async () => {
    const body = 'x'.repeat(600 * 1024);
    for (const change of [
      () => writeFileSync(join(place.root, 'big'), 'short'),
      () => writeFileSync(join(place.root, 'big'), body.replaceAll('x', 'y')),
    ]) {
      place.put('big', body);
      const { connector, asset } = await place.list();
      const chunks = connector.open(asset('big'), { signal: never })[Symbol.asyncIterator]();
      await chunks.next();
      // In another tick of the clock that stamps files.
      await new Promise((resolve) => setTimeout(resolve, 20));
      change();
      const rest = async () => {
        while (!(await chunks.next()).done);
      };
      await expect(rest()).rejects.toMatchObject({ code: 'changed' });
    }
  });

  test('two files can be read at the same time', async () => {
    place.put('a', 'a'.repeat(300_000));
    place.put('b', 'b'.repeat(300_000));
    const { connector, asset } = await place.list();
    const a = connector.open(asset('a'), { signal: never })[Symbol.asyncIterator]();
    const first = (await a.next()).value;
    for await (const chunk of connector.open(asset('b'), { signal: never })) expect(chunk[0]).toBe(98);
    expect(first?.[0]).toBe(97);
    await a.return?.();
  });

  test('times before 1970 and after 2038 are told as they are', async () => {
    place.put('old');
    place.put('new');
    // Numbers below 0 mean now to Node.
    utimesSync(join(place.root, 'old'), new Date(-1500), new Date(-1500));
    utimesSync(join(place.root, 'new'), 4_000_000_000.25, 4_000_000_000.25);
    const { asset } = await place.list();
    expect(asset('old').modifiedAt).toBe('1969-12-31T23:59:58.500Z');
    expect(asset('new').modifiedAt).toBe('2096-10-02T07:06:40.250Z');
  });
});

describe('gaps', () => {
  test('a folder that globs leave out is a gap, and is not entered', async () => {
    place.put('src/a');
    place.put('node_modules/x/y');
    const { assets, pages } = await place.list({ skip: (path) => path === 'node_modules' });
    expect(assets.map((asset) => asset.path)).toEqual(['src/a']);
    expect(pages[0]?.gaps).toMatchObject([{ reason: 'excluded', prefix: 'node_modules/' }]);
  });

  test('depth 4,000 ends in one gap, and what stands beside it is listed', async () => {
    place.put('z');
    // Deeper than any path can say: made from inside.
    const dig = "for (let n = 0; n < 4000; n += 1) { fs.mkdirSync('d'); process.chdir('d'); }";
    execFileSync(process.execPath, ['-e', dig], { cwd: place.root });
    const { assets, pages } = await place.list();
    expect(assets.map((asset) => asset.path)).toEqual(['z']);
    expect(pages.flatMap((page) => page.gaps).map((gap) => gap.reason)).toEqual(['io-error']);
    execFileSync('rm', ['-rf', join(place.root, 'd')]);
  });

  test('a root that is moved away while it is listed fails, instead of looking empty', async () => {
    for (const path of ['a/1', 'b/1', 'c/1']) place.put(path);
    const { connector, container } = await place.list({ pageSize: 1 });
    const pages = connector.list(container, undefined, never)[Symbol.asyncIterator]();
    await pages.next();
    renameSync(place.root, join(place.above, 'elsewhere'));
    mkdirSync(place.root);
    const rest = async () => {
      while (!(await pages.next()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'transient' });
  });

  test('what is no folder, and what is not there, is told at once', async () => {
    place.put('file');
    place.root = join(place.root, 'file');
    await expect(place.list()).rejects.toMatchObject({ code: 'not-found' });
    place.root = join(place.above, 'root');
  });
});

/** A URI's bytes, as latin1. */
function decodeBytes(uri: string): string {
  return uri.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
