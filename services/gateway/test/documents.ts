import { resolve } from 'node:path'
import { serviceDocuments } from '@haven/testkit/documents'
import { build } from '../src/app.ts'
import { receiptDiagram } from '../src/domain/receipt-diagram.ts'

const states = `# States of a receipt

Generated from the rules in \`services/gateway/src/domain/receipt.ts\`; a test compares. A receipt never goes back. An answer may overtake the
acknowledgement, so that a reader may see \`applied\` right after \`accepted\`.

\`\`\`mermaid
${receiptDiagram()}
\`\`\`
`

/** Everything that is made from code and committed. */
export const documents = (): Promise<Map<string, string>> =>
  serviceDocuments({
    name: 'gateway',
    directory: resolve(import.meta.dirname, '..'),
    build,
    pages: { '../../docs/states/receipt.md': states },
  })
