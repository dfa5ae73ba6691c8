import { testLog } from '@haven/testkit'
import { describe, expect, it } from 'vitest'
import { failing } from './broken-bus.ts'
import { emit, relayOf, thing, until } from './harness.ts'
import { stand } from './stand.ts'

const here = stand()

describe('facts that Kafka does not acknowledge', () => {
  it('are bounded in number: over the limit the relay says so, also the one that stands by, until they have gone', async () => {
    let isAway = false
    const log = testLog()
    const limits = { rows: 5, ageMs: 600_000 }
    const relay = here.start(
      relayOf(
        here.owner,
        failing(here.bus, () => isAway),
        { limits, log },
      ),
    )
    await until('the first heads', () => relay.state().heads === 3)
    isAway = true
    const other = here.start(relayOf(here.owner, here.bus, { limits }))
    await emit(
      here.owner,
      [1, 2, 3, 4].map(n => thing('a', n)),
    )
    relay.wake()
    // Facts that have a number and wait for their send count as those without one do.
    await until('four wait', () => relay.state().numbered === 4 && relay.backlog().rows === 4)
    expect(relay.backlog().full).toBe(false)
    await emit(
      here.owner,
      [5, 6].map(n => thing('a', n)),
    )
    await until('it is full', () => relay.backlog().full && other.backlog().full)
    expect(relay.backlog().rows).toBeGreaterThanOrEqual(5)
    expect(relay.state().failures).toBeGreaterThan(0)
    isAway = false
    await until('it is empty', () => !relay.backlog().full && relay.backlog().rows === 0)
    expect(log.lines.filter(line => line.level === 'error')).toHaveLength(1)
  })

  it('are bounded in age', async () => {
    let isAway = true
    const limits = { rows: 1_000, ageMs: 1_000 }
    const relay = here.start(
      relayOf(
        here.owner,
        failing(here.bus, () => isAway),
        { limits },
      ),
    )
    await relay.ready()
    await emit(here.owner, [thing('a', 1)])
    relay.wake()
    await until('it is old', () => relay.backlog().full)
    expect(relay.backlog()).toMatchObject({ rows: 1 })
    isAway = false
    await until('it has gone', () => !relay.backlog().full)
  })
})
