import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepRunning, type Part, pauseMs, type Running } from './part.ts'

const log = { info: vi.fn(), warn: vi.fn() }
let pid = 0

class FakeProcess implements Running {
  readonly pid = ++pid
  readonly #gone = Promise.withResolvers<void>()
  readonly exited = this.#gone.promise

  end(): void {
    this.#gone.resolve()
  }

  async stop(): Promise<void> {
    this.end()
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  pid = 0
})
afterEach(() => {
  vi.useRealTimers()
})

async function keep(start: () => Promise<FakeProcess> = async () => new FakeProcess()) {
  const seen: number[] = []
  let part: Part<FakeProcess> | undefined
  // What is told must be what a reader of the part then sees.
  const onRunning = ({ pid }: FakeProcess) => seen.push(part?.current().pid ?? pid)
  part = await keepRunning({ name: 'p', start, onRunning, log })
  return { part, seen }
}

it('a part that ends by itself is started again and its new pid told', async () => {
  const { part, seen } = await keep()
  part.current().end()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(seen).toEqual([1, 2])
  expect(part.current().pid).toBe(2)
})

it('a part that was stopped stays stopped', async () => {
  const { part, seen } = await keep()
  await part.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(seen).toEqual([1])
})

it('a part that is stopped while it waits for its next start stays stopped', async () => {
  const { part, seen } = await keep()
  part.current().end()
  await vi.advanceTimersByTimeAsync(100)
  await part.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(seen).toEqual([1])
})

it('a restart starts exactly one more process, also while the part is waiting after a crash', async () => {
  const { part, seen } = await keep()
  part.current().end()
  await vi.advanceTimersByTimeAsync(100)
  await part.restart()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(seen).toEqual([1, 2])
})

it('a part that keeps ending is started ever more rarely, not less than every five seconds', async () => {
  const { seen } = await keep(async () => {
    const process = new FakeProcess()
    if (process.pid > 1) process.end()
    return process
  }).then(({ part, seen }) => {
    part.current().end()
    return { seen }
  })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(seen.length).toBeGreaterThan(12)
  expect(seen.length).toBeLessThan(22)
})

it('a part that does not come up is tried until it does', async () => {
  let broken = false
  const { part, seen } = await keep(async () => {
    if (broken) throw new Error('a typing error in main.ts')
    return new FakeProcess()
  })
  broken = true
  await expect(part.restart()).rejects.toThrow('typing error')
  await vi.advanceTimersByTimeAsync(30_000)
  broken = false
  await vi.advanceTimersByTimeAsync(6_000)
  expect(seen).toEqual([1, 2])
})

it('a part that does not start the first time is reported, not tried again', async () => {
  const start = vi.fn(async () => {
    throw new Error('no such file')
  })
  await expect(keep(start)).rejects.toThrow('no such file')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(start).toHaveBeenCalledTimes(1)
})

it('pauses never shrink and never exceed five seconds', () => {
  fc.assert(
    fc.property(fc.nat(1_000), attempt => {
      expect(pauseMs(attempt)).toBeGreaterThanOrEqual(200)
      expect(pauseMs(attempt + 1)).toBeGreaterThanOrEqual(pauseMs(attempt))
      expect(pauseMs(attempt)).toBeLessThanOrEqual(5_000)
    }),
  )
})
