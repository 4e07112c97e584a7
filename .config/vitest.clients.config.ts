import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:clients`: the real AI coding tools, 1.2 GB of them, and so no part of `npm test`. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/clients/*.clients.ts'],
    maxWorkers: 1,
    testTimeout: 5 * 60_000,
    // The first run fetches them.
    hookTimeout: 30 * 60_000,
    allowOnly: false,
    update: 'none',
    watch: false,
  },
});
