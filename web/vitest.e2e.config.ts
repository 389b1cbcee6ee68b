import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    // What a page comes to is waited for as long as an element is; a second is short on a machine that does other things too.
    expect: { poll: { timeout: 20_000, interval: 100 } },
  },
});
