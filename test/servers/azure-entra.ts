/** `node azure-entra.ts ACCOUNT_URL`: lists the account's first container with whatever login DefaultAzureCredential finds, as JSON. */
import azureBlob from '../../connectors/azure-blob/index.ts';

const [account] = process.argv.slice(2);
if (account === undefined) throw new Error('usage: azure-entra.ts ACCOUNT_URL');
const { signal } = new AbortController();
await using connector = await azureBlob.connect(
  { account },
  { env: {}, retry: (attempt) => attempt(), concurrency: 2, pageSize: 100, log: () => undefined },
);
const identity = await connector.check(signal);
const [container] = await Array.fromAsync(connector.discover(signal));
if (container === undefined) throw new Error('no container was found');
const pages = await Array.fromAsync(connector.list(container, undefined, signal));
const assets = pages.flatMap((page) => page.assets);
const bodies: string[] = [];
for (const asset of assets) {
  const chunks = await Array.fromAsync(connector.open(asset, { signal }), (chunk) => Buffer.from(chunk));
  bodies.push(Buffer.concat(chunks).toString());
}
console.log(JSON.stringify({ identity, paths: assets.map((asset) => asset.path), bodies }));
