import { describe, expect, it } from 'vitest'
import { Poison } from '../src/types.ts'
import { emit, insertEffect, readerOf, relayOf, thing, until } from './harness.ts'
import { stand } from './stand.ts'

const here = stand()

describe('whoever watches a consumer', () => {
  it('sees what lies before it while it cannot work, and that nothing does when it has', async () => {
    let isAway = true
    const consumer = here.start(
      readerOf(here.reader, here.bus, {
        effect: async (fact, work) => {
          if (isAway) throw Object.assign(new Error('away'), { code: '57P01' })
          await insertEffect(work.tx, fact)
        },
      }),
    )
    await consumer.ready()
    const relay = here.start(relayOf(here.owner, here.bus))
    await relay.ready()
    await emit(
      here.owner,
      Array.from({ length: 40 }, (_, n) => thing('a', n + 1)),
    )
    relay.wake()
    await until('the lag', () => consumer.state().lag >= 40)
    isAway = false
    await until('all applied', () => consumer.state().applied === 40, 30_000)
    await until('no lag', () => consumer.state().lag === 0)
    expect(relay.state().rounds).toBeGreaterThan(0)
    expect(relay.state().rounds).toBeLessThanOrEqual(40 + relay.state().heads)
  })

  it('sees how many events are parked, also those that an earlier process parked', async () => {
    const effect = async () => {
      throw new Poison('thing-unknown')
    }
    const first = readerOf(here.reader, here.bus, { effect })
    const relay = here.start(relayOf(here.owner, here.bus))
    await relay.ready()
    await emit(here.owner, [thing('a', 1), thing('b', 1), thing('b', 2)])
    relay.wake()
    await until('three parked', () => first.state().parked === 3)
    await first.stop()
    const second = here.start(readerOf(here.reader, here.bus, { effect }))
    await until('three waiting', () => second.state().waiting === 3)
    expect(second.state().parked).toBe(0)
  })
})
