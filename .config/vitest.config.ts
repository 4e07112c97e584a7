import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // Most tests wait for a program that they started, so a core that vitest would leave free is a core wasted.
    maxWorkers: availableParallelism(),
    // Generous: they end what hangs. A test that is about time has deadlines of its own.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As in CI everywhere, since test/run.mjs takes CI out of the environment.
    allowOnly: false,
    update: 'none',
    watch: false,
  },
});
