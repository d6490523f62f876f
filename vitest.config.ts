import { defineConfig } from 'vitest/config';

/** `npm test` runs everything but test/servers, which needs Debian packages; `.ci/run` adds those. */
export default defineConfig({
  test: {
    // .ci/run counts the tests from this file.
    ...(process.env.WHEREABOUTS_TEST_REPORT
      ? { reporters: ['default', 'json'], outputFile: process.env.WHEREABOUTS_TEST_REPORT }
      : {}),
    include: ['test/**/*.test.ts'],
    // test/emulators has packages of its own.
    exclude: ['**/node_modules/**', ...(process.env.WHEREABOUTS_SERVERS ? [] : ['test/servers/**'])],
    // One less than there are by default, which on two cores is one file after the other.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
