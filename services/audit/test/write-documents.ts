import { writeDocuments } from '@haven/testkit/documents'
import { documents } from './documents.ts'

await writeDocuments(await documents())
