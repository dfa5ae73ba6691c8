import { schemaFor } from '@haven/contracts'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { here } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

describe('POST /referrals/:id/accept', () => {
  test('opens the case with the actor as its owner and its care team, and answers the new version', async () => {
    const { id } = await world.refer()
    const answer = await world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"', sub: 'worker-7' })
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.headers.etag).toBe('"3"')
    const accepted = answer.json()
    expect(accepted).toEqual({ id, version: 3, state: 'accepted', case: expect.any(String) })
    const opened = (await world.request('GET', `/cases/${accepted.case}`, { sub: 'worker-7' })).json()
    expect(opened).toMatchObject({ referral: id, status: 'Active', owner: 'worker-7', version: 1 })
    expect(opened.careTeam).toEqual([{ subject: 'worker-7', role: 'owner', since: opened.openedAt }])
  })

  test('says two facts that fit their contracts, in the organisation of who accepted', async () => {
    const { id, receipt } = await world.refer()
    const { case: opened } = (await world.request('POST', `/referrals/${id}/accept`, { ifMatch: '"2"' })).json()
    const facts = (await world.facts()).slice(3)
    expect(facts.map(({ type, key, data }) => ({ type, key, data }))).toEqual([
      { type: 'haven.intake.case.opened.v1', key: opened, data: { case: opened, referral: id, state: 'Active' } },
      {
        type: 'haven.intake.referral.accepted.v1',
        key: id,
        data: { referral: id, state: 'accepted', receipt, case: opened },
      },
    ])
    for (const { type, data, organisation } of facts) {
      expect(Value.Errors(schemaFor(type)!, data)).toEqual([])
      expect(organisation).toBe(here)
    }
  })
})
