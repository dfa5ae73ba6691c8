import { describe, expect, test } from 'vitest'
import { judgeCertificate } from '../src/doctor/checks/certificates.ts'
import { type Chain, judgeChain, judgeLog } from '../src/doctor/checks/chains.ts'
import { judgeClock, judgeRecordTime } from '../src/doctor/checks/clocks.ts'
import { judgeSettings } from '../src/doctor/checks/configuration.ts'
import { judgeSpace } from '../src/doctor/checks/disk.ts'
import { judgeKeys } from '../src/doctor/checks/keys.ts'
import { judgeBehind, judgeWaiting } from '../src/doctor/checks/lag.ts'
import { judgeMigrations } from '../src/doctor/checks/migrations.ts'
import { judgeParked } from '../src/doctor/checks/parked.ts'
import { judgeReadiness } from '../src/doctor/checks/readiness.ts'
import { judgeRights } from '../src/doctor/checks/rights.ts'
import { judgeTopics } from '../src/doctor/checks/topics.ts'
import type { Judged } from '../src/doctor/finding.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const day = 86_400_000

/** Whatever is wrong is said in a sentence and has a remedy. */
function faults(judged: Judged[]): string[] {
  const bad = judged.filter(({ mark }) => mark === 'wrong')
  for (const { remedy } of bad) expect(remedy).toMatch(/\S/)
  return bad.map(({ says }) => says)
}

test('a setting that is missing is named, its value never', () => {
  expect(faults(judgeSettings('gateway.env', []))).toEqual([])
  const problems = [{ setting: 'HAVEN_ISSUER', problem: 'is missing, set it or HAVEN_ISSUER_FILE' }]
  expect(faults(judgeSettings('gateway.env', problems))).toEqual([expect.stringContaining('gateway.env: HAVEN_ISSUER')])
})

test('a clock may differ by three seconds either way, a record’s time only be in the past', () => {
  for (const offset of [0, 3_000, -3_000]) expect(faults(judgeClock('x', offset))).toEqual([])
  expect(faults(judgeClock('the database', 90_000))).toEqual([expect.stringMatching(/90 s ahead of/)])
  expect(faults(judgeClock('the database', -3_600_000))).toEqual([expect.stringMatching(/3600 s behind/)])
  expect(faults(judgeRecordTime(-day))).toEqual([])
  expect(faults(judgeRecordTime(10_000))).toHaveLength(1)
})

test('a certificate is good, soon over, over or not trusted', () => {
  const judge = (days: number, distrust?: string) =>
    faults(judgeCertificate('Kafka', { validFrom: 0, validTo: now + days * day, ...(distrust && { distrust }) }, now))
  expect(judge(31)).toEqual([])
  expect(judge(29)).toEqual([expect.stringContaining('in 29 days')])
  expect(judge(-2)).toEqual([expect.stringContaining('expired on 2026-11-22')])
  expect(judge(100, 'SELF_SIGNED_CERT_IN_CHAIN')).toEqual([expect.stringContaining('SELF_SIGNED_CERT_IN_CHAIN')])
})

test('a disk is full-ish below a tenth or a gigabyte', () => {
  expect(faults(judgeSpace('/data', { free: 50e9, total: 100e9 }))).toEqual([])
  expect(faults(judgeSpace('/data', { free: 9e9, total: 100e9 }))).toEqual(['/data has 9.0 GB of 100.0 GB left'])
  expect(faults(judgeSpace('/data', { free: 0.9e9, total: 2e9 }))).toHaveLength(1)
})

describe('keys', () => {
  const kek = { name: 'kek.json', isPrivate: true, mode: 0o600, createdAt: '2020-01-01T00:00:00Z' }
  test('are fine when they are there and closed; what is never rotated may be old', () => {
    expect(faults(judgeKeys([kek], now))).toEqual([])
  })
  test.each([
    [{ ...kek, problem: 'The key file /k/kek.json is missing; make the keys' }, 'kek.json is missing'],
    [{ ...kek, mode: 0o640 }, 'open to others than its owner (mode 640)'],
    [{ ...kek, problem: 'is not a key file' }, 'cannot be used'],
    [{ ...kek, name: 'intake.jwe.json' }, 'days old'],
  ])('a fault is named (%#)', (state, said) => {
    expect(faults(judgeKeys([kek, state], now))).toEqual([expect.stringContaining(said)])
  })
  test('who lost a private key is told to restore it, never to make another', () => {
    const [lost] = judgeKeys([{ ...kek, problem: 'The key file /k/kek.json is missing; make the keys' }], now)
    expect(lost?.remedy).toContain('backup')
    expect(lost?.remedy).not.toContain('init')
  })
})

test('what waits by the thousand or for a minute is named', () => {
  expect(faults(judgeWaiting('facts wait', { count: 1_000, oldestMs: 60_000 }))).toEqual([])
  expect(faults(judgeWaiting('facts wait', { count: 1_001, oldestMs: 0 }))).toHaveLength(1)
  expect(faults(judgeWaiting('facts wait', { count: 1, oldestMs: 61_000 }))).toEqual([
    '1 facts wait, the oldest for 61 s',
  ])
  expect(faults(judgeBehind('intake', [{ consumer: 'inbound', topic: 't', behind: 5 }]))).toEqual([])
  expect(faults(judgeBehind('intake', [{ consumer: 'inbound', topic: 't', behind: 5_000 }]))).toHaveLength(1)
})

test('migrations that are pending or edited are named', () => {
  expect(faults(judgeMigrations('intake', []))).toEqual([])
  expect(faults(judgeMigrations('intake', ['intake/1_x']))).toEqual(['intake lacks intake/1_x'])
  const edited = 'intake/1_x was changed after it had been applied; restore the file.'
  const [found] = judgeMigrations('intake', edited)
  expect(found).toMatchObject({ mark: 'wrong', remedy: 'Restore the file.' })
})

test('parked events are counted by cause, those behind them are no cause', () => {
  expect(faults(judgeParked('intake', []))).toEqual([])
  const events = [{ cause: 'ciphertext-invalid' }, { cause: 'behind-parked' }]
  expect(faults(judgeParked('intake', events))).toEqual(['intake has parked 2 events (ciphertext-invalid)'])
})

test('a service that is not ready says which check fails', () => {
  expect(faults(judgeReadiness('intake', { status: 'ready', checks: { kafka: 'ok' } }))).toEqual([])
  expect(faults(judgeReadiness('intake', { status: 'degraded', checks: { kafka: 'degraded', x: 'ok' } }))).toEqual([
    'intake is degraded: kafka is degraded',
  ])
  expect(faults(judgeReadiness('intake', undefined))).toEqual(['intake does not answer'])
})

test('topics differ by absence, partitions, retention and compaction, each with the command that mends it', () => {
  const wanted = ['haven.a', 'haven.intake.access'].map(name => ({ name, partitions: 1, retentionMs: 14 * day }))
  const there = wanted.map(topic => ({ ...topic, cleanupPolicy: 'delete' }))
  expect(faults(judgeTopics(wanted, there))).toEqual([])
  const judged = judgeTopics(wanted, [
    { ...there[0]!, partitions: 6, retentionMs: -1 },
    { ...there[1]!, partitions: 12, retentionMs: day / 2, cleanupPolicy: 'compact,delete' },
  ])
  expect(faults(judged)).toEqual([
    'the topic haven.a has 6 partitions instead of 1',
    'the topic haven.a keeps records for ever instead of for 14 days',
    'the topic haven.intake.access has 12 partitions instead of 1',
    'the topic haven.intake.access keeps records for 0.5 days instead of for 14 days',
    'the topic haven.intake.access is compacted, which deletes records of a key but the last',
  ])
  expect(judged[0]?.remedy).toContain('delete the topic')
  expect(judged[2]?.remedy).toContain('haven topics apply --recreate haven.intake.access')
  expect(faults(judgeTopics(wanted, there.slice(1)))).toEqual(['the topic haven.a is missing'])
})

test('rights on Kafka differ by what is missing, what is too much and what reaches in from outside', () => {
  const none = { missing: [], surplus: [], foreign: [] }
  expect(faults(judgeRights(none))).toEqual([])
  const right = 'User:haven-intake may read topic haven.partner.inbound'
  for (const how of ['missing', 'surplus', 'foreign'] as const)
    expect(faults(judgeRights({ ...none, [how]: [right] }))).toEqual([expect.stringContaining(right)])
  expect(judgeRights({ ...none, missing: [right] })[0]?.remedy).toContain('haven topics apply')
  expect(judgeRights({ ...none, foreign: [right] })[0]?.remedy).toContain('kafka-acls.sh')
})

describe('the access record', () => {
  const leaves = [1n, 2n, 3n].map(seq => ({ seq, prev: `h${seq - 1n}`, hash: `h${seq}` }))
  const whole: Chain = { producer: 'intake/1', head: { seq: 3n, hash: 'h3' }, leaves, checked: { seq: 2n, hash: 'h2' } }
  test('is fine when it is whole and checked', () => {
    expect(faults(judgeChain('intake', whole))).toEqual([])
    expect(faults(judgeChain('intake', undefined))).toEqual([])
  })
  test.each<[string, Partial<Chain>, RegExp]>([
    ['a leaf that is gone', { leaves: [leaves[0]!, leaves[2]!] }, /breaks before entry 3/],
    [
      'a leaf that was changed',
      { leaves: [{ ...leaves[0]!, hash: 'other' }, ...leaves.slice(1)] },
      /breaks before entry 2/,
    ],
    ['a head that is ahead', { head: { seq: 4n, hash: 'h4' } }, /ends at entry 3/],
    ['another entry at the audit service', { checked: { seq: 2n, hash: 'other' } }, /different entries at 2/],
    ['an audit service that knows more', { checked: { seq: 9n, hash: 'h9' } }, /different entries at 9/],
    ['an audit service that has not heard of it', { checked: undefined }, /checked nothing of 3/],
  ])('%s is named', (_, change, said) => {
    expect(faults(judgeChain('intake', { ...whole, ...change }))).toEqual([expect.stringMatching(said)])
  })
  test('gaps, evidence and silence are named', () => {
    expect(faults(judgeLog({ openGaps: 0, evidence: 0, silent: [] }))).toEqual([])
    expect(faults(judgeLog({ openGaps: 1, evidence: 2, silent: ['intake/1'] }))).toHaveLength(3)
  })
})
