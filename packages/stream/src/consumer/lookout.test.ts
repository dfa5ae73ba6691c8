import type { Bus, Subscription } from '@haven/bus'
import { testLog } from '@haven/testkit'
import { describe, expect, it } from 'vitest'
import { Lookout } from './lookout.ts'

function partition(position: bigint | null, end: bigint) {
  let now = 0
  const sought: bigint[] = []
  const bus = { ends: async () => [{ partition: 0, low: 0n, high: end }] } as unknown as Bus
  const subscription = {
    position: () => position,
    seek: (_topic: string, _partition: number, offset: bigint) => sought.push(offset),
  } as unknown as Subscription
  const lookout = new Lookout({ bus, topics: ['t'], clock: { now: () => now }, log: testLog(), consumer: 'c' })
  return {
    lookout,
    sought,
    subscription,
    after: async (ms: number) => {
      now += ms
      return lookout.check(subscription)
    },
  }
}

describe('a partition that has gone silent', () => {
  it('is looked at when its head is 15 s late, and sought back when its log has become shorter', async () => {
    const { after, sought, lookout, subscription } = partition(9n, 5n)
    lookout.seen('t', 0, 10_000)
    expect(await after(24_000)).toBe(0)
    expect(lookout.overdue(subscription)).toBe(0)
    expect(await after(1_000)).toBe(1)
    expect(sought).toEqual([5n])
  })

  it('is looked at again after 15 s more, and overdue until something comes', async () => {
    const { after, lookout, subscription } = partition(5n, 5n)
    lookout.seen('t', 0, 0)
    expect(await after(15_000)).toBe(0)
    await after(15_000)
    lookout.seen('t', 0, 0)
    expect(lookout.overdue(subscription)).toBe(0)
  })

  it('which never said anything is watched from the start', async () => {
    const { after, sought } = partition(9n, 5n)
    await after(0)
    await after(20_000)
    expect(sought).toEqual([5n])
  })

  it('of another member is none of ours', async () => {
    const { after, sought, lookout, subscription } = partition(null, 5n)
    lookout.seen('t', 0, 0)
    await after(60_000)
    expect(sought).toEqual([])
    expect(lookout.overdue(subscription)).toBe(0)
  })
})
