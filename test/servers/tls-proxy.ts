/**
 * Lets a foreign client (rclone) reach a fake on loopback under the vendor's own names: a CONNECT proxy whose tunnels all end at one
 * TLS server, which passes the requests on over plain HTTP. Its certificate is made for the occasion.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TlsProxy extends AsyncDisposable {
  /** For `HTTPS_PROXY`: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** PEM file that the client must trust (`--ca-cert`, `NODE_EXTRA_CA_CERTS`). */
  readonly certificate: string;
  /** Requests that came, as `GET host/path?query`, in order. */
  readonly requests: readonly string[];
}

/** Starts one for these host names; `upstream` is `http://127.0.0.1:PORT`. Any other name is refused. */
export async function startTlsProxy(upstream: string, hosts: readonly string[]): Promise<TlsProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'whereabouts-tls-'));
  const { key, cert, certificate } = makeCertificate(folder, hosts);
  const requests: string[] = [];
  const target = new URL(upstream);
  const sockets = new Set<Socket>();

  const secure = createHttpsServer({ key, cert }, (incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.headers.host}${incoming.url}`);
    passOn(incoming, outgoing, target);
  });
  const proxy = createHttpServer((_, outgoing) => outgoing.writeHead(405).end());
  proxy.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => {
    if (!hosts.includes(url.replace(/:443$/, ''))) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const tunnel = connect(portOf(secure), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      tunnel.pipe(client).pipe(tunnel);
    });
    tunnel.on('error', () => client.destroy());
    client.on('error', () => tunnel.destroy());
  });
  for (const server of [secure, proxy]) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  return {
    url: `http://127.0.0.1:${portOf(proxy)}`,
    certificate,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([secure, proxy].map((server) => new Promise((resolve) => server.close(resolve))));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A certificate for these names in two PEM files. By openssl, for Node can read certificates and not make them. */
export function makeCertificate(folder: string, hosts: readonly string[]) {
  const certificate = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const subject = ['-subj', '/CN=whereabouts-test', '-addext', `subjectAltName=${names}`, '-days', '2'];
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', keyFile, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', ...algorithm, ...subject, ...files], { stdio: 'ignore' });
  return { key: readFileSync(keyFile), cert: readFileSync(certificate), certificate, keyFile };
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, { hostname: host, port }: URL): void {
  const { method, url: path, headers } = incoming;
  const onward = request({ host, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

function portOf(server: Server): number {
  // A server that listens on TCP has an AddressInfo.
  return (server.address() as AddressInfo).port;
}
