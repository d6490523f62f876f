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
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
