import { join } from 'node:path'
import { asyncApi } from '@haven/contracts'
import { openApiDocument } from '@haven/service'
import { createLogger } from '@haven/telemetry'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'

const committed = (name: string) => join(import.meta.dirname, '..', name)
const rendered = (document: object) => `${JSON.stringify(document, null, 2)}\n`

// Building and describing touch nothing of the world; what they should touch fails loudly.
const untouched = new Proxy({}, { get: (_, name) => expect.unreachable(`${String(name)} was used`) })
const deps = {
  ...Object.fromEntries(['verifier', 'pool', 'store', 'relay'].map(name => [name, untouched])),
  version: manifest.version,
  log: createLogger({ service: 'gateway', level: 'silent' }),
  readiness: {},
  rateLimitPerMinute: 1,
} as unknown as Deps

test('openapi.json is what the routes say (write anew: vitest run --project unit services/gateway -u)', async () => {
  const app = await build(deps)
  await expect(rendered(await openApiDocument(app))).toMatchFileSnapshot(committed('openapi.json'))
  await app.close()
})

test('asyncapi.json is what the contracts say (write anew: vitest run --project unit services/gateway -u)', async () => {
  await expect(rendered(asyncApi('gateway'))).toMatchFileSnapshot(committed('asyncapi.json'))
})
