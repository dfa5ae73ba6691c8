import { writeFile } from 'node:fs/promises'
import { unrecordedDocument, unrecordedFile } from './unrecorded.ts'

await writeFile(unrecordedFile, await unrecordedDocument())
