import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { documents } from './documents.ts'

for (const [file, content] of await documents()) {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
