import { defineConfig } from 'vitest/config'
import { slowest } from './test/slowest.ts'

const unitTests = ['packages/*/test/unit/**/*.test.ts', 'services/*/test/unit/**/*.test.ts', 'test/unit/**/*.test.ts']
const allTests = ['packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts', 'test/**/*.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', slowest],
    // Two cores: more workers only wait for each other, and each database worker clones a database of its own.
    maxWorkers: 2,
    // Loading the modules anew for every file took a sixth of the run. Ours hold no state, so files may share them.
    isolate: false,
    setupFiles: ['./test/after-each-file.ts'],
    // What is waited for comes when it comes, on a busy machine too.
    expect: { poll: { timeout: 20_000 } },
    // The databases of the run are dropped at its end.
    teardownTimeout: 60_000,
    projects: [
      { test: { name: 'unit', include: unitTests, pool: 'forks', testTimeout: 60_000 } },
      {
        test: {
          name: 'db',
          include: allTests,
          exclude: ['**/node_modules/**', '**/test/unit/**'],
          // Only this project needs the server; without its tests it is not started.
          globalSetup: ['./test/global-setup.ts'],
          pool: 'forks',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
