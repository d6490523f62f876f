/** An HTTP proxy on loopback that passes everything on, counts it, and fails the requests it is told to fail. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** Path with query, as it came. */
  readonly path: string;
}

/** How a request fails. `cut` resets the connection after so many bytes of the body; `short` ends it cleanly there. */
export type FaultKind =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Empty when absent. */
      readonly body?: string;
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cut'; readonly bytes: number }
  | { readonly kind: 'short'; readonly bytes: number };

export type Fault = FaultKind & {
  /** Which requests it concerns; absent means all. */
  readonly when?: (request: SeenRequest) => boolean;
  /** How many of those pass first; 0 when absent. */
  readonly after?: number;
  /** How many of those fail; all when absent. */
  readonly times?: number;
};

export interface FaultProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Everything that came, faults included, in order. */
  readonly requests: readonly SeenRequest[];
  /** How many fitting requests have come. */
  count(when?: (request: SeenRequest) => boolean): number;
  /** Replaces the fault in force; counting begins anew. */
  inject(fault: Fault): void;
  heal(): void;
  /** Connections that clients hold open. */
  connections(): number;
}

/** Starts a proxy before `upstream` (`http://127.0.0.1:PORT`). The Host header stays as the client sent it. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const target = new URL(upstream);
  const agent = new Agent({ keepAlive: false });
  const sockets = new Set<Socket>();
  const requests: SeenRequest[] = [];
  let fault: Fault | undefined;
  let matched = 0;

  const server = createServer((incoming, outgoing) => {
    const seen = { method: incoming.method ?? '', path: incoming.url ?? '' };
    requests.push(seen);
    const applied = takeFault(seen);
    if (applied?.kind === 'reset') incoming.socket.resetAndDestroy();
    else if (applied?.kind === 'hang') incoming.resume();
    else if (applied?.kind === 'status') {
      incoming.resume();
      const { status, body = '', headers } = applied;
      outgoing.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
    } else forward(incoming, outgoing, applied);
  });

  function takeFault(seen: SeenRequest): Fault | undefined {
    if (fault === undefined || fault.when?.(seen) === false) return undefined;
    const index = matched++ - (fault.after ?? 0);
    return index >= 0 && index < (fault.times ?? Number.POSITIVE_INFINITY) ? fault : undefined;
  }

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, applied: Fault | undefined): void {
    const { method, url: path, rawHeaders: headers } = incoming;
    const { hostname: host, port } = target;
    // Exactly the client's headers, once: servers check Host, and signatures cover it.
    const onward = request({ agent, host, port, method, path, headers, setHost: false }, (answer) => {
      passOn(answer, outgoing, applied);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    count: (when = () => true) => requests.filter(when).length,
    inject: (next) => {
      fault = next;
      matched = 0;
    },
    heal: () => {
      fault = undefined;
    },
    connections: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(answer: IncomingMessage, outgoing: ServerResponse, applied: Fault | undefined): void {
  const limit = applied?.kind === 'cut' || applied?.kind === 'short' ? applied.bytes : undefined;
  outgoing.statusCode = answer.statusCode ?? 502;
  for (const [name, value] of Object.entries(answer.headers)) {
    const framing = name === 'connection' || (applied?.kind === 'short' && name === 'content-length');
    if (value !== undefined && !framing) outgoing.setHeader(name, value);
  }
  if (limit === undefined) {
    answer.pipe(outgoing);
    return;
  }
  let passed = 0;
  answer.on('data', (chunk: Buffer) => {
    if (passed >= limit) return;
    const part = chunk.subarray(0, limit - passed);
    passed += part.length;
    outgoing.write(part);
  });
  answer.on('end', () => {
    if (applied?.kind === 'short') outgoing.end();
    // Lets what was written leave before the connection breaks.
    else setImmediate(() => outgoing.destroy());
  });
}
