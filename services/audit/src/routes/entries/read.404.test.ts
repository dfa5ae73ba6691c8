import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

test('an entry that is not there is 404, and having asked is on the record', async () => {
  const id = randomUUID()
  const entries = await world.record.during(async () => {
    expect((await world.request(`/entries/${id}`)).statusCode).toBe(404)
  })
  expect(entries).toMatchObject([{ action: 'entry.read', outcome: 'denied', reason: 'not-found', resource: { id } }])
})
