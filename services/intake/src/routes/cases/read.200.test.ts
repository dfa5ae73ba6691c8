import { afterAll, beforeAll, expect, test } from 'vitest'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

test('GET /cases/:id shows the case, its team and the person, with the version as its ETag', async () => {
  const opened = await world.open('worker-1')
  const answer = await world.request('GET', `/cases/${opened.case}`, { sub: 'worker-1' })
  expect([answer.statusCode, answer.headers.etag]).toEqual([200, '"1"'])
  expect(answer.json()).toMatchObject({
    id: opened.case,
    referral: opened.id,
    status: 'Active',
    owner: 'worker-1',
    source: 'ngo',
    urgency: 'urgent',
    careTeam: [{ subject: 'worker-1', role: 'owner' }],
    person: { firstName: 'Lale' },
    victim: { typeOfExploitation: ['ForcedLabour'] },
  })
})
