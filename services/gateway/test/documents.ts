import { resolve } from 'node:path'
import { type ServiceDocuments, serviceDocuments, serviceRoutes } from '@haven/testkit/documents'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'
import { receiptDiagram } from '../src/domain/receipt-diagram.ts'

const states = `# States of a receipt

Generated from the rules in \`services/gateway/src/domain/receipt.ts\`; a test compares. A receipt never goes back. An answer may overtake the
acknowledgement, so that a reader may see \`applied\` right after \`accepted\`.

\`\`\`mermaid
${receiptDiagram()}
\`\`\`
`

const service: ServiceDocuments<Deps> = {
  name: 'gateway',
  directory: resolve(import.meta.dirname, '..'),
  build,
  pages: { '../../docs/states/receipt.md': states },
}

/** Everything that is made from code and committed. */
export const documents = () => serviceDocuments(service)

/** What every route declares of its access. */
export const declaredRoutes = () => serviceRoutes(service)
