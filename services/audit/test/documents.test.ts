import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { documents } from './documents.ts'

test.each([...(await documents())].map(([file, content]) => ({ name: basename(file), file, content })))(
  '$name says what the code does; after a change: npm run documents in services/intake',
  async ({ file, content }) => {
    expect(await readFile(file, 'utf8').catch(() => '')).toBe(content)
  },
)
