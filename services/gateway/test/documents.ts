import { resolve } from 'node:path'
import type { DeclaredRoute } from '@haven/access'
import { asyncApi } from '@haven/contracts'
import { openApiDocument } from '@haven/service'
import { createLogger } from '@haven/telemetry'
import manifest from '../package.json' with { type: 'json' }
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { receiptDiagram } from '../src/domain/receipt-diagram.ts'

const here = (path: string): string => resolve(import.meta.dirname, '..', path)

const states = (): string => `# States of a receipt

Generated from the rules in \`services/gateway/src/domain/receipt.ts\`; a test compares. A receipt never goes back. An answer may overtake the
acknowledgement, so that a reader may see \`applied\` right after \`accepted\`.

\`\`\`mermaid
${receiptDiagram()}
\`\`\`
`

/** Everything that is made from code and committed: file and content. A test compares, \`npm run documents\` writes. */
export async function documents(): Promise<Map<string, string>> {
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
  const app = await build(undocumented())
  try {
    return new Map([
      [here('openapi.json'), json(await openApiDocument(app))],
      [here('asyncapi.json'), json(asyncApi('gateway'))],
      [here('../../docs/states/receipt.md'), states()],
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
    version: manifest.version,
    log: createLogger({ service: 'gateway', level: 'silent' }),
    verifier: { verify: () => Promise.reject(new Error('nobody signs in to a document')) },
    readiness: {},
    rateLimitPerMinute: 1,
  }
  return described as Deps
}
