/** Collections of Graph, page by page. */
import { ConnectorError } from '../../src/errors.ts';
import type { Client, Request } from './client.ts';
import { type Answer, readPage } from './wire.ts';

type Shape = Parameters<typeof readPage>[0];
type Value<K extends Shape> = Answer<ReturnType<typeof readPage<K>>['values'][number]>['values'];

/** Every page's values, in Graph's order. @throws ConnectorError */
export async function* pagesOf<K extends Shape>(
  client: Client,
  { shape, request }: { readonly shape: K; readonly request: Request },
  signal: AbortSignal,
): AsyncGenerator<Value<K>> {
  for (let { path } = request; ; ) {
    const { values, nextLink } = readPage(shape, await client.json({ ...request, path }, signal));
    yield values;
    if (nextLink === undefined) return;
    const next = client.relative(nextLink);
    if (next === path) {
      throw new ConnectorError('unsupported', `${request.name} ${request.target}: Graph repeats a page`);
    }
    path = next;
  }
}

/** All values at once; for collections that are small. @throws ConnectorError */
export async function allOf<K extends Shape>(
  client: Client,
  what: { readonly shape: K; readonly request: Request },
  signal: AbortSignal,
): Promise<Value<K>> {
  return (await Array.fromAsync(pagesOf(client, what, signal))).flat();
}
