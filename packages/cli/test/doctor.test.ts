import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { examine } from '../src/doctor/examine.ts'
import { exitCodeOf, type Finding, fine, wrong } from '../src/doctor/finding.ts'
import { reportLines } from '../src/doctor/report.ts'
import type { Check, World } from '../src/doctor/world.ts'
import { haven } from './haven.ts'

const nowhere = mkdtempSync(join(tmpdir(), 'haven-doctor-'))
afterAll(() => rmSync(nowhere, { recursive: true }))
const world = {} as World

test('a look that fails, one that hangs and a check that cannot begin keep no other from being seen', async () => {
  const looks: Check[] = [
    {
      area: 'a',
      looks: () => [
        { what: 'the first', look: () => Promise.reject(new Error('broken')) },
        { what: 'the second', look: () => new Promise(() => {}) },
        { what: 'the third', look: async () => [fine('is there')] },
      ],
    },
    {
      area: 'b',
      looks() {
        throw new Error('nothing is set')
      },
    },
  ]
  const found = await examine(looks, world, 50)
  expect(found.map(({ area, mark }) => `${area} ${mark}`)).toEqual(['a unseen', 'a unseen', 'a fine', 'b unseen'])
  expect(found[0]?.says).toMatch(/^the first could not be looked at: /)
  expect(found[1]?.says).toContain('no answer within')
})

test('the exit code says whether anything is wrong, else whether everything was seen', () => {
  const of = (...marks: Finding['mark'][]) => exitCodeOf(marks.map(mark => ({ area: 'a', mark, says: '' })))
  expect([of(), of('fine'), of('fine', 'unseen'), of('unseen', 'wrong')]).toEqual([0, 0, 2, 1])
})

test('the report names an area once, what is wrong first and its remedy below it', () => {
  const in_ = (area: string) => (judged: Omit<Finding, 'area'>) => ({ area, ...judged })
  const lines = reportLines([fine('x is well'), wrong('y is not', 'Mend y.')].map(in_('keys')))
  expect(lines).toEqual([
    'keys  ✖ y is not',
    '        → Mend y.',
    '      ✔ x is well',
    '1 fine, 1 wrong, 0 could not be looked at',
  ])
})

test('where nothing runs and nothing is set the command still ends, and says what it would have needed', async () => {
  const { code, out } = await haven({ HAVEN_STATE_DIR: nowhere }, 'doctor', '--json')
  const findings: Finding[] = JSON.parse(out)
  expect(code).toBe(2)
  expect(findings.filter(({ mark }) => mark === 'wrong')).toEqual([])
  for (const setting of [
    'HAVEN_INTAKE_DATABASE_URL',
    'HAVEN_KAFKA_BROKERS',
    'HAVEN_KEYS_DIRECTORY',
    'HAVEN_ISSUER',
    'HAVEN_AUDIT_URL',
  ])
    expect(out).toContain(setting)
})

test('where everything is down each part is said to be, and no password is shown', async () => {
  const url = 'postgresql://x_migrator:s3cret@127.0.0.1:1/x'
  const databases = ['GATEWAY', 'INTAKE', 'AUDIT', 'KEYS'].map(name => [`HAVEN_${name}_DATABASE_URL`, url])
  const services = ['GATEWAY', 'INTAKE', 'AUDIT'].map(name => [`HAVEN_${name}_URL`, 'http://127.0.0.1:1'])
  const file = join(nowhere, 'gateway.env')
  writeFileSync(file, `HAVEN_DATABASE_URL=${url}\nHAVEN_ISSUER=s3cret\n`)
  const env = {
    ...Object.fromEntries([...databases, ...services]),
    HAVEN_STATE_DIR: nowhere,
    HAVEN_KAFKA_BROKERS: '127.0.0.1:1',
    HAVEN_ISSUER: 'http://127.0.0.1:1',
    HAVEN_KEYS_DIRECTORY: nowhere,
  }
  const { code, out } = await haven(env, 'doctor', '--env-file', file)
  expect(code).toBe(1)
  for (const said of [
    'gateway does not answer',
    'kek.json is missing',
    'HAVEN_ISSUER',
    'Nothing answers at 127.0.0.1:1',
  ])
    expect(out).toContain(said)
  expect(out).not.toContain('s3cret')
})

test('keys that lie on another machine are not called lost', async () => {
  const env = { HAVEN_STATE_DIR: nowhere, HAVEN_KEYS_DIRECTORY: join(nowhere, 'elsewhere') }
  const { out } = await haven(env, 'doctor', '--json')
  const findings: Finding[] = JSON.parse(out)
  const files = findings.filter(({ says }) => says.startsWith('the key files'))
  expect(files).toEqual([
    expect.objectContaining({ mark: 'unseen', says: expect.stringContaining('is not on this machine') }),
  ])
})
