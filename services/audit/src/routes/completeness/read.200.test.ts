import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'
import { chainOf, leafAfter } from '../../../test/leaves.ts'
import { messageOf } from '../../../test/ledger.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

test('says which numbers are missing since when, what was given up, what did not fit, and that beside every answer', async () => {
  const chain = chainOf(8)
  await world.store(chain.slice(0, 2))
  await world.store(chain.slice(5))
  world.clock.at += 60_000
  await world.store(chain.slice(5))
  const forged = leafAfter(chain[0]!, { action: 'case.read' })
  await world.sequencer.submit([messageOf([forged])])
  const heardUntil = new Date(world.clock.at).toISOString()
  const { completeness, gaps, misfits } = (await world.request('/completeness')).json()
  expect(completeness).toMatchObject({ entries: '5', openGaps: 1, missing: '3' })
  expect(completeness.line).toBe(
    `5 entries, 1 open gap (at most 3 entries missing); 1 producer, none silent, none behind; heard until ${heardUntil}.`,
  )
  expect(gaps).toMatchObject([{ producer: 'intake/1', first: '3', last: '5', next: '3', until: '5', closedAt: null }])
  expect(misfits).toMatchObject([{ producer: 'intake/1', seq: '2', kind: 'equivocation' }])
  const { completeness: beside } = (await world.request('/entries')).json()
  expect(beside).toEqual(completeness)
  world.clock.at += 86_400_000
  await world.sequencer.listen()
  const given = (await world.request('/completeness')).json()
  expect(given.completeness).toMatchObject({ openGaps: 0, missing: '0', givenUpGaps: 1, lost: '3' })
  expect(given.completeness.line).toBe(
    `5 entries, 1 gap given up (at most 3 entries lost); 1 producer, none silent, none behind; heard until ${heardUntil}.`,
  )
  expect(given.gaps).toMatchObject([
    { first: '3', outcome: 'given-up', closedAt: new Date(world.clock.at).toISOString() },
  ])
  expect((await world.request('/producers')).json().items).toMatchObject([{ missing: '3', lost: '3' }])
  await world.store(chain.slice(2))
  const healed = (await world.request('/completeness')).json()
  expect(healed.completeness).toMatchObject({ entries: '8', openGaps: 0, missing: '0', givenUpGaps: 0, lost: '0' })
  expect(healed.gaps).toMatchObject([{ first: '3', last: '5', outcome: 'filled' }])
})
