import { resolve } from 'node:path'
import type { DeclaredRoute } from '@haven/access'
import { asyncApi } from '@haven/contracts'
import { openApiDocument } from '@haven/service'
import { createLogger } from '@haven/telemetry'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'

const here = (path: string): string => resolve(import.meta.dirname, '..', path)

/** Everything that is made from code and committed: file and content. A test compares, `pnpm documents` writes. */
export async function documents(): Promise<Map<string, string>> {
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
  const app = await build(undocumented())
  try {
    return new Map([
      [here('openapi.json'), json(await openApiDocument(app))],
      [here('asyncapi.json'), json(asyncApi('audit'))],
    ])
  } finally {
    await app.close()
  }
}

/** What every route declares of its access. */
export async function declaredRoutes(): Promise<readonly DeclaredRoute[]> {
  const app = await build(undocumented())
  try {
    await app.ready()
    return app.declaredRoutes
  } finally {
    await app.close()
  }
}

// Describing the routes calls none of them, so the world behind them may be absent.
function undocumented(): Deps {
  const described: Pick<Deps, 'version' | 'log' | 'verifier' | 'recorder' | 'readiness' | 'rateLimitPerMinute'> = {
    version: '0.1.0',
    log: createLogger({ service: 'audit', level: 'silent' }),
    verifier: { verify: () => Promise.reject(new Error('nobody signs in to a document')) },
    recorder: { check: () => undefined, record: () => Promise.reject(new Error('a document is recorded nowhere')) },
    readiness: {},
    rateLimitPerMinute: 1,
  }
  return described as Deps
}
