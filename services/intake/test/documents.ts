import { resolve } from 'node:path'
import type { DeclaredRoute } from '@haven/access'
import { asyncApi } from '@haven/contracts'
import { openApiDocument } from '@haven/service'
import { createLogger } from '@haven/telemetry'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { referralDiagram } from '../src/domain/diagram.ts'

const here = (path: string): string => resolve(import.meta.dirname, '..', path)

const states = (): string => `# States of a referral

Generated from the table of transitions in \`services/intake/src/domain/referral.ts\`, which \`decide\` reads; a test compares. Accepting opens the
case in the same transaction, so an accepted referral always has one.

\`\`\`mermaid
${referralDiagram()}
\`\`\`
`

/** Everything that is made from code and committed: file and content. A test compares, \`pnpm documents\` writes. */
export async function documents(): Promise<Map<string, string>> {
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
  const app = await build(undocumented())
  try {
    return new Map([
      [here('openapi.json'), json(await openApiDocument(app))],
      [here('asyncapi.json'), json(asyncApi('intake'))],
      [here('../../docs/states/referral.md'), states()],
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
  const described: Pick<Deps, 'version' | 'log' | 'verifier' | 'readiness' | 'rateLimitPerMinute'> = {
    version: '0.1.0',
    log: createLogger({ service: 'intake', level: 'silent' }),
    verifier: { verify: () => Promise.reject(new Error('nobody signs in to a document')) },
    readiness: {},
    rateLimitPerMinute: 1,
  }
  return described as Deps
}
