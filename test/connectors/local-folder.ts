/** A folder made for one test, and the local connector over it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import local from '../../connectors/local/index.ts';
import type { Asset, Connector, Container, Page } from '../../src/connector.ts';

export const never: AbortSignal = new AbortController().signal;

export interface Listed {
  readonly connector: Connector;
  readonly container: Container;
  readonly pages: readonly Page[];
  readonly assets: readonly Asset[];
  asset(path: string): Asset;
  read(path: string): Promise<string>;
}

/** A fresh folder before each test of a file, removed after it; `above` is its parent and empty but for it. */
export function useFolder() {
  const place = { above: '', root: '', put, list };
  beforeEach(() => {
    place.above = mkdtempSync(join(tmpdir(), 'whereabouts-local-'));
    place.root = join(place.above, 'root');
    mkdirSync(place.root);
  });
  afterEach(() => {
    rmSync(place.above, { recursive: true });
  });

  async function list(
    options: { readonly pageSize?: number; readonly skip?: (path: string) => boolean } = {},
  ): Promise<Listed> {
    const connector = await local.connect(
      { path: place.root },
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
      for await (const chunk of connector.open(asset(path), { signal: never }))
        chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString();
    };
    return { connector, container, pages, assets, asset, read };
  }

  function put(path: string, body = path): void {
    mkdirSync(join(place.root, path, '..'), { recursive: true });
    writeFileSync(join(place.root, path), body);
  }

  return place;
}
