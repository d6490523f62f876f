/** An S3 server in this process, on loopback: the npm package fauxqs, with what it lacks for our tests put right. */
import { buildApp } from 'fauxqs';

export const ACCESS_KEY = 'CONFORMANCE';
/** Put together at run time, for it must not look like a secret in the source. */
export const SECRET_KEY = ['invented', 'secret', 'of', 'conformance'].join('-');

export interface S3Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  createBucket(bucket: string): void;
  put(bucket: string, key: string, body: Uint8Array): void;
  remove(bucket: string, key: string): void;
  /** Answers `GET /bucket?name` with this body, as AWS would; fauxqs has no bucket settings. */
  answer(bucket: string, name: string, body: string, status?: number): void;
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Store = NonNullable<Stores['s3Store']>;

/**
 * fauxqs 2.4.1 accepts every credential; here only ACCESS_KEY is let in. It also sorts keys by locale but resumes by code
 * units, and so loses keys between pages: here both follow the keys' bytes, as S3 does.
 */
export async function startS3Server(): Promise<S3Server> {
  // The package exports buildApp only; the store's module lies beside it.
  const { S3Store } = await import(new URL('s3/s3Store.js', import.meta.resolve('fauxqs')).href);
  const store: Store = new S3Store();
  listInByteOrder(store);
  const answers = new Map<string, { readonly body: string; readonly status: number }>();
  // The other stores have defaults, though the type asks for them.
  const stores = { s3Store: store } as Stores;
  const app = buildApp({ logger: false, stores });
  app.addHook('onRequest', async (request, reply) => {
    const known = request.headers.authorization?.includes(`Credential=${ACCESS_KEY}/`);
    // Fastify leaves the query untyped; its parser makes texts.
    const query = request.query as Readonly<Record<string, string>>;
    if (!known) {
      return reply.code(403).type('application/xml').send('<Error><Code>InvalidAccessKeyId</Code></Error>');
    }
    const [bucket] = request.url.slice(1).split(/[/?]/);
    const answer = Object.keys(query)
      .map((name) => answers.get(`${bucket}?${name}`))
      .find((each) => each);
    if (answer) return reply.code(answer.status).type('application/xml').send(answer.body);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    url,
    createBucket: (bucket) => store.createBucket(bucket),
    put: (bucket, key, body) => void store.putObject(bucket, key, Buffer.from(body)),
    remove: (bucket, key) => store.deleteObject(bucket, key),
    answer: (bucket, name, body, status = 200) => answers.set(`${bucket}?${name}`, { body, status }),
    [Symbol.asyncDispose]: async () => void (await app.close()),
  };
}

function listInByteOrder(store: Store): void {
  const everything = store.listObjects.bind(store);
  store.listObjects = (bucket, options = {}) => {
    const { prefix = '', delimiter, startAfter = options.marker ?? '', maxKeys = 1000 } = options;
    const { objects } = everything(bucket, { prefix, maxKeys: Number.POSITIVE_INFINITY });
    const found: typeof objects = [];
    const folders = new Set<string>();
    for (const object of objects.sort((a, b) => inBytes(a.key, b.key))) {
      const cut = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
      const folder = cut < 0 ? undefined : object.key.slice(0, cut + 1);
      if (inBytes(folder ?? object.key, startAfter) <= 0 || (folder && folders.has(folder))) continue;
      if (found.length + folders.size === maxKeys) {
        return { objects: found, commonPrefixes: [...folders], isTruncated: true };
      }
      if (folder === undefined) found.push(object);
      else folders.add(folder);
    }
    return { objects: found, commonPrefixes: [...folders], isTruncated: false };
  };
}

function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
