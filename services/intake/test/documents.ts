import { resolve } from 'node:path'
import { type ServiceDocuments, serviceDocuments, serviceRoutes } from '@haven/testkit/documents'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { referralDiagram } from '../src/domain/diagram.ts'

const states = `# States of a referral

Generated from the table of transitions in \`services/intake/src/domain/referral.ts\`, which \`decide\` reads; a test compares. Accepting opens the
case in the same transaction, so an accepted referral always has one.

\`\`\`mermaid
${referralDiagram()}
\`\`\`
`

const service: ServiceDocuments<Deps> = {
  name: 'intake',
  directory: resolve(import.meta.dirname, '..'),
  build,
  pages: { '../../docs/states/referral.md': states },
}

/** Everything that is made from code and committed. */
export const documents = () => serviceDocuments(service)

/** What every route declares of its access. */
export const declaredRoutes = () => serviceRoutes(service)
