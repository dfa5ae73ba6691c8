import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAlive, Processes } from './processes.ts'
import { eventually, parts } from './system.ts'

const file = resolve(import.meta.dirname, '../../../packages/cli/data/nrm_referrals_ngo_2023_q4.csv')
const byResponder = {
  "Barnardo's": 12,
  BAWSO: 5,
  Kalayaan: 10,
  'Medaille Trust': 12,
  'Migrant Help': 80,
  'The Salvation Army': 98,
  'Trafficking Awareness Raising Alliance TARA': 4,
}

describe('a new user imports the published statistics', () => {
  const system = new Processes({})
  beforeAll(() => system.ready())
  afterAll(() => system.close())

  test('a dry run reads and counts everything and posts nothing', async () => {
    const { code, stdout } = await system.haven('import', 'nrm', file, '--dry-run', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ total: 221 })
    expect(await system.all('intake', 'caseworker', '/referrals')).toEqual([])
  })

  test('221 referrals arrive, by responder as published, and every receipt ends applied', async () => {
    const { code, stderr } = await system.haven('import', 'nrm', file, '--json')
    expect(stderr).not.toMatch(/error/i)
    expect(code).toBe(0)
    const referrals = await system.all('intake', 'caseworker', '/referrals')
    const counts: Record<string, number> = {}
    for (const { referringOrganisation } of referrals) {
      counts[referringOrganisation] = (counts[referringOrganisation] ?? 0) + 1
    }
    expect(counts).toEqual(byResponder)
    const summary = await system.call('intake', 'caseworker', 'GET', '/referrals/summary?by=referringOrganisation')
    expect(
      Object.fromEntries(summary.body.items.map((item: { value: string; count: number }) => [item.value, item.count])),
    ).toEqual(byResponder)
    const receipts = await system.all('gateway', 'partner', '/receipts')
    expect(receipts).toHaveLength(221)
    expect(receipts.filter(receipt => receipt.state !== 'applied')).toEqual([])
  })

  test('different people are not taken for duplicates of one another', async () => {
    expect(await system.all('intake', 'caseworker', '/referrals?possibleDuplicate=true')).toEqual([])
  })

  test('a second import finds everything there and posts 0', async () => {
    const { code, stdout } = await system.haven('import', 'nrm', file, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ total: 221, present: 221, posted: 0 })
    expect(await system.all('intake', 'caseworker', '/referrals')).toHaveLength(221)
  })

  test('staff of another organisation see an empty list, and one 404 for what is forbidden and what is absent', async () => {
    const [referral] = await system.all('intake', 'caseworker', '/referrals')
    expect(await system.all('intake', 'stranger', '/referrals')).toEqual([])
    const forbidden = await system.call('intake', 'stranger', 'GET', `/referrals/${referral.id}`)
    const absent = await system.call('intake', 'stranger', 'GET', '/referrals/01980000-0000-7000-8000-000000000000')
    expect(forbidden.status).toBe(404)
    const { instance: _i, traceId: _t, ...told } = forbidden.body
    const { instance: _j, traceId: _u, ...toldOfAbsent } = absent.body
    expect(told).toEqual(toldOfAbsent)
  })

  test('the stop leaves no process behind', async () => {
    const pids = parts.map(part => system.pid(part))
    await system.stop()
    await eventually('all have gone', async () => !pids.some(isAlive), 5_000)
  })
})
