import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { unrecordedDocument, unrecordedFile } from './unrecorded.ts'

test('the published list of what is not recorded is what the routes declare; after a change: npm run generate', async () => {
  expect(await readFile(unrecordedFile, 'utf8').catch(() => '')).toBe(await unrecordedDocument())
})
