import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:machines`: test/machines, with Node for Windows under Wine, which takes minutes. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/machines/*.{test,machines}.ts'],
    maxWorkers: 1,
    reporters: ['verbose'],
    testTimeout: 5 * 60_000,
    // The first run fetches what they need.
    hookTimeout: 10 * 60_000,
    allowOnly: false,
    update: 'none',
    watch: false,
  },
});
