import { defineConfig } from 'vitest/config'

// unit: pure, no process, no network. integration: real PostgreSQL and Kafka from infra/test/src/global-setup.ts.
// e2e: whole processes, one file at a time. generated: committed documents say what the code they are made from does.
const integration = [
  'packages/**/*.it.test.ts',
  'services/**/*.it.test.ts',
  'infra/**/*.it.test.ts',
  'services/*/src/routes/**/*.test.ts',
]
const e2e = ['**/*.e2e.test.ts']
const containers = ['**/*.containers.test.ts']
const inContainersToo = ['record', 'faults', 'away', 'graceful-stop', 'metrics', 'trace', 'doctor', 'canaries']
const generated = ['**/test/documents.test.ts', '**/test/schemas.test.ts']
const none = ['**/node_modules/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'services/**/*.test.ts', 'infra/**/*.test.ts'],
          exclude: [...none, ...generated, ...integration, ...e2e, ...containers],
          isolate: false,
          testTimeout: 20_000,
        },
      },
      { test: { name: 'generated', include: generated, exclude: none, isolate: false } },
      {
        test: {
          name: 'integration',
          include: integration,
          exclude: none,
          globalSetup: ['infra/test/src/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: e2e,
          exclude: none,
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'containers',
          include: containers,
          exclude: none,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // Files of e2e again, against docker-compose.yml: infra/test/src/start-system.ts.
        test: {
          name: 'containers-e2e',
          include: inContainersToo.map(name => `infra/test/src/${name}.e2e.test.ts`),
          exclude: none,
          globalSetup: ['infra/test/src/containers/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
