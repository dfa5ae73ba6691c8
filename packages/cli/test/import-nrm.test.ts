import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { limits } from '@haven/contracts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FakeGateway } from './fake-gateway.ts'
import { haven as call } from './haven.ts'

const published = join(import.meta.dirname, '../data/nrm_referrals_ngo_2023_q4.csv')
const header = 'First responder type,First responder,Exploitation type,Age at exploitation,Gender,Nationality,People'

let directory: string
let gateway: FakeGateway
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'haven-import-'))
})
afterAll(() => rmSync(directory, { recursive: true }))
beforeEach(async () => {
  gateway = new FakeGateway()
  await gateway.start()
})
afterEach(() => gateway.stop())

const haven = (...args: string[]) =>
  call({ ...gateway.environment, HAVEN_STATE_DIR: directory }, 'import', 'nrm', ...args)
const json = async (...args: string[]) => {
  const { code, out, notes } = await haven(...args, '--json')
  return { code, notes, report: out === '' ? undefined : JSON.parse(out) }
}
const file = (name: string, ...rows: string[]) => {
  writeFileSync(join(directory, name), `${[header, ...rows].join('\n')}\n`)
  return join(directory, name)
}
// as many people as in the published file, in one cell: quicker to read
const crowd = () => file('crowd_2023_q4.csv', 'Police,Kent Police,Labour,Adult (18 or over),Male,Albanian,221')
const posts = () => gateway.requests.filter(({ path }) => path === '/events')

describe('the published file', () => {
  test('is posted once: 221 the first time, none the second, and every receipt has ended', async () => {
    const first = await json(published)
    expect(first).toMatchObject({
      code: 0,
      report: { total: 221, present: 0, posted: 221, receipts: { applied: 221, rejected: 0, held: 0 } },
    })
    expect(gateway.accepted.size).toBe(221)
    const before = posts().length
    expect(await json(published)).toMatchObject({ code: 0, report: { total: 221, present: 221, posted: 0 } })
    expect(posts().length).toBe(before)
  })

  test('is shown as a table by responder', async () => {
    const { code, out } = await haven(published)
    expect(code).toBe(0)
    expect(out).toMatch(/^The Salvation Army +98 +0 +98$/m)
    expect(out).toMatch(/^Total +221 +0 +221$/m)
    expect(out).toContain('Receipts: 221 applied, 0 rejected, 0 held.')
  })

  test('a dry run counts all of it and speaks to nobody', async () => {
    const { code, report } = await json(published, '--dry-run')
    expect(code).toBe(0)
    expect(report).toMatchObject({ quarter: '2023-Q4', dryRun: true, total: 221 })
    expect(report).not.toHaveProperty('posted')
    expect(gateway.requests).toEqual([])
  })

  test('another quarter of the same counts is other events', async () => {
    await json(published, '--no-wait')
    const other = join(directory, 'nrm_referrals_ngo_2024_q1.csv')
    copyFileSync(published, other)
    expect(await json(other, '--no-wait')).toMatchObject({ report: { present: 0, posted: 221 } })
    expect(gateway.accepted.size).toBe(442)
  })
})

describe('what is in the way of an import', () => {
  test.each([
    ['a connection cut before the gateway took the batch', { path: '/events', cut: 'before' }],
    ['a connection cut after the gateway took the batch', { path: '/events', cut: 'after' }],
    ['a cut lookup', { path: '/receipts/lookup', cut: 'before' }],
    ['an OpenID provider that is not there yet', { path: '/token', cut: 'before' }],
    ['a gateway that is starting', { path: '/events', status: 503 }],
    ['a limit', { path: '/receipts/lookup', status: 429 }],
    ['a proxy without its gateway', { path: '/events', status: 502, body: 'Bad gateway' }],
    ['a token that ended early', { path: '/events', status: 401 }],
  ] as const)('%s is waited out, and nothing is posted twice', async (_, fault) => {
    gateway.faults = [{ ...fault }]
    const { code, report } = await json(crowd())
    expect({ code, report }).toMatchObject({ code: 0, report: { total: 221, present: 0, posted: 221 } })
    expect(gateway.accepted.size).toBe(221)
    expect(gateway.faults).toEqual([])
  })

  test('what arrived before a cut is asked for and not posted again', async () => {
    gateway.faults = [{ path: '/events', cut: 'after' }]
    await json(crowd(), '--no-wait')
    // 221 are 3 batches; the one that was cut had arrived
    expect(posts().length).toBe(3)
  })

  test('a Retry-After is waited for', async () => {
    gateway.faults = [{ path: '/events', status: 503, headers: { 'retry-after': '2' } }]
    await json(crowd(), '--no-wait')
    const [first, second] = posts()
    expect(second!.at - first!.at).toBeGreaterThan(1_950)
  })

  test('part of a batch that has to come later does', async () => {
    let judged = 0
    gateway.judge = () => (++judged <= 50 || judged > 100 ? 202 : 503)
    expect(await json(crowd(), '--no-wait')).toMatchObject({ code: 0, report: { posted: 221 } })
    expect(gateway.accepted.size).toBe(221)
  })

  test('a gateway that stays away ends the import with a sentence, and the next run goes on', async () => {
    gateway.faults = Array.from({ length: 50 }, () => ({ path: '/events' as const, cut: 'after' as const }))
    gateway.faults.unshift({ path: '/events', status: 503, headers: { 'retry-after': '600' } })
    const { code, notes } = await json(crowd(), '--patience', '1')
    expect(code).toBe(1)
    expect(notes).toMatch(/answers 503, and that for 1 s; run the same command again/)
    gateway.faults = []
    expect(await json(crowd())).toMatchObject({ code: 0, report: { total: 221 } })
    expect(gateway.accepted.size).toBe(221)
  })
})

describe('what the gateway refuses', () => {
  test('ends the import with its code', async () => {
    gateway.judge = () => 403
    const { code, notes } = await json(crowd())
    expect(code).toBe(1)
    expect(notes).toMatch(/refuses 100 of 100 events, nrm-2023-q4-\w+-1 with refused-here: Refused/)
  })

  test('a batch without a valid event is told by its problem', async () => {
    const errors = [{ pointer: '/0/source', detail: 'begins with none of the prefixes that are registered for you' }]
    gateway.faults = [
      { path: '/events', status: 422, body: { code: 'no-valid-event', title: 'No event can be accepted', errors } },
    ]
    const { code, notes } = await json(crowd())
    expect(code).toBe(1)
    expect(notes).toContain('no-valid-event: No event can be accepted. /0/source: begins with none of the prefixes')
  })

  test('a wrong secret is told without the secret', async () => {
    const { code, notes } = await json(crowd(), '--client', 'another')
    expect(code).toBe(1)
    expect(notes).toMatch(/gives the client another no token \(invalid_client\)/)
    expect(notes).not.toContain('a secret')
  })

  test('something that is no gateway is told apart from one', async () => {
    gateway.faults = [{ path: '/receipts/lookup', status: 404, body: '<html>' }]
    expect((await json(crowd())).notes).toMatch(/answers 404 in a way that no gateway does/)
  })
})

describe('receipts', () => {
  test('are waited for until each has ended', async () => {
    gateway.stateAt = lookups => (lookups < 3 ? 'published' : 'applied')
    expect(await json(crowd())).toMatchObject({ code: 0, report: { receipts: { applied: 221 } } })
  })

  test('that end otherwise than applied are counted, and the exit code says so', async () => {
    gateway.stateAt = () => 'held'
    expect(await json(crowd())).toMatchObject({
      code: 1,
      report: { posted: 221, receipts: { applied: 0, rejected: 0, held: 221 } },
    })
  })

  test('that do not end are not waited for for ever', async () => {
    gateway.stateAt = () => 'published'
    const { code, notes } = await json(crowd(), '--patience', '1')
    expect(code).toBe(1)
    expect(notes).toContain('221 receipts have not ended')
  })

  test('are not waited for with --no-wait', async () => {
    gateway.stateAt = () => 'accepted'
    expect((await json(crowd(), '--no-wait')).report).not.toHaveProperty('receipts')
  })
})

describe('a malformed file', () => {
  const good = 'Police,Kent Police,Labour,Adult (18 or over),Male,Albanian,3'

  test.each([
    ['an unknown label in its last row', good.replace('Albanian', 'Narnian'), 'row 3, column "Nationality": "Narnian"'],
    ['a count that is none', good.replace('3', '-3'), 'row 3, column "People": "-3"'],
    ['a row too short', 'Police,Kent Police', 'row 3: has 2 columns instead of 7'],
  ])('with %s is refused and nothing of it is posted', async (_, row, sentence) => {
    const { code, notes } = await json(file('bad_2023_q4.csv', good.replace('Labour', 'Sexual'), row))
    expect(code).toBe(2)
    expect(notes).toContain(sentence)
    expect(notes).toContain('Nothing was posted.')
    expect(gateway.requests).toEqual([])
  })

  test('a file whose name says no quarter needs to be told it', async () => {
    const unnamed = file('statistics.csv', good)
    expect(await json(unnamed)).toMatchObject({ code: 2, notes: expect.stringContaining('--quarter 2023-Q4') })
    expect(await json(unnamed, '--quarter', '2022-Q3')).toMatchObject({
      code: 0,
      report: { quarter: '2022-Q3', posted: 3 },
    })
    expect(await json(unnamed, '--quarter', 'autumn')).toMatchObject({ code: 2 })
  })

  test('a file that is not there', async () => {
    expect(await json('absent_2023_q4.csv')).toMatchObject({
      code: 1,
      notes: expect.stringContaining('does not exist'),
    })
  })
})

test('a large file goes in batches within the limits', async () => {
  const rows = ['Kent Police', 'Essex Police'].map(name => `Police,${name},Labour,Adult (18 or over),Male,Albanian,800`)
  expect(await json(file('large_2023_q4.csv', ...rows))).toMatchObject({ code: 0, report: { posted: 1_600 } })
  expect(gateway.accepted.size).toBe(1_600)
  expect(Math.max(...posts().map(({ size }) => size))).toBeLessThan(limits.batch.maxBytes)
})

test('Ctrl-C in the middle ends with the exit code of the signal', async () => {
  gateway.faults = [{ path: '/events', status: 503, headers: { 'retry-after': '60' } }]
  const env = { ...process.env, ...gateway.environment, HAVEN_STATE_DIR: directory }
  const bin = join(import.meta.dirname, '../bin/haven.mjs')
  const child = spawn(process.execPath, [bin, 'import', 'nrm', crowd()], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const code = new Promise(done => child.once('close', done))
  while (posts().length === 0) await new Promise(done => setTimeout(done, 20))
  child.kill('SIGINT')
  expect(await code).toBe(130)
})
