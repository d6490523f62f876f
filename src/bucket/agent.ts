/** Connections of one source's own, so that they can be closed when it ends. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';

/** Longest silence on a connection, in milliseconds; then it is given up, which many SDKs never do. */
const SILENCE_MS = 60_000;

/** Keeps connections for the next request, up to four for each request that may be in flight. `destroy` closes all. */
export function agentFor(url: string, concurrency: number): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets: 4 * concurrency };
  const agent = url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (to, callback) => {
    const socket = connect(to, callback);
    if (socket instanceof Socket) {
      socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the connection fell silent')));
    }
    return socket;
  };
  return agent;
}
