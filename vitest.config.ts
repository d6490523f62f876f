import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Small files with most work: begun first, lest one core waits for another at the end. */
const LONG = ['scan/kill', 'hostile/fuzz', 'rules/worst', 'hostile/large'];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      LONG.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

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
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
