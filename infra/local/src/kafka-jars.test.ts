import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { scratchDirectory } from '../test/scratch.ts'
import { brokenJars, kafkaVersion, parseChecksums, pinnedJars } from './kafka-jars.ts'

const content: Record<string, string> = { 'a-1.jar': 'first', 'b c.jar': 'second' }
const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const list = Object.entries(content)
  .map(([name, text]) => `${digest(text)}  ${name}\n`)
  .join('')
let directory: string

beforeEach(() => {
  directory = scratchDirectory()
  for (const [name, text] of Object.entries(content)) writeFileSync(join(directory, name), text)
})

it('a complete set with the pinned bytes is whole', async () => {
  expect(await brokenJars(directory, parseChecksums(list))).toEqual([])
})

it('a missing jar and one whose bytes changed at the same size are both found', async () => {
  rmSync(join(directory, 'a-1.jar'))
  writeFileSync(join(directory, 'b c.jar'), 'sEcond')
  expect(await brokenJars(directory, parseChecksums(list))).toEqual(['a-1.jar', 'b c.jar'])
})

it('the pinned list is that of the version which pom.xml asks for', () => {
  const pom = readFileSync(join(import.meta.dirname, '../kafka/pom.xml'), 'utf8')
  expect(pom).toContain(`<version>${kafkaVersion}</version>`)
  expect(pinnedJars().has(`kafka_2.13-${kafkaVersion}.jar`)).toBe(true)
  for (const digest of pinnedJars().values()) expect(digest).toMatch(/^[0-9a-f]{64}$/)
})
