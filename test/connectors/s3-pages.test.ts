/** A server that gives the same page again and again: the listing ends in an error, neither without end nor as if it were whole. */
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import s3 from '../../connectors/s3/index.ts';
import { createRetry } from '../../src/retry.ts';

const PAGE = `<?xml version="1.0"?><ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated>
  <NextContinuationToken>again</NextContinuationToken><KeyCount>2</KeyCount>
  <Contents><Key>a.csv</Key><Size>1</Size><ETag>"0cc175b9c0f1b6a831c399e269772661"</ETag></Contents>
  <Contents><Key>b.csv</Key><Size>1</Size><ETag>"0cc175b9c0f1b6a831c399e269772661"</ETag></Contents></ListBucketResult>`;

test('a page and a token that repeat end the listing with an error', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'application/xml' }).end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const options = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      accessKeyId: 'KEY',
      secretAccessKey: 'SECRET',
      buckets: ['b'],
      posture: false,
    };
    const environment = { env: {}, retry: createRetry(), concurrency: 2, pageSize: 2, log: () => undefined };
    const { signal } = new AbortController();
    await using connector = await s3.connect(options, environment);
    const [container] = await Array.fromAsync(connector.discover(signal));
    if (container === undefined) throw new Error('no container');
    const listing = Array.fromAsync(connector.list(container, undefined, signal));
    await expect(listing).rejects.toMatchObject({
      name: 'ConnectorError',
      message: expect.stringMatching(/order|whole/),
    });
    expect(requests).toBeLessThan(20);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
