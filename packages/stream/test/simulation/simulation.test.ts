import { describe, expect, it } from 'vitest'
import type { Rules } from './rules.ts'
import { simulate } from './world.ts'

// HAVEN_SIMULATION_STEPS=20000000 runs longer from a seed of chance; HAVEN_SIMULATION_SEED=<n> begins with a given one.
const wanted = Number(process.env.HAVEN_SIMULATION_STEPS ?? 500_000)
const isLong = process.env.HAVEN_SIMULATION_STEPS !== undefined
const first = Number(process.env.HAVEN_SIMULATION_SEED ?? (isLong ? Math.floor(Math.random() * 1e9) : 1))

describe('owners and consumers between crashes, zombies and a log that loses', () => {
  it(`each fact is applied once and in order, nobody asks for what was not lost, and all heals (from seed ${first})`, {
    timeout: isLong ? 0 : 60_000,
  }, () => {
    const failed: string[] = []
    let steps = 0
    let asks = 0
    for (let seed = first; steps < wanted; seed++) {
      const report = simulate({ seed, troubleMs: 20_000 })
      steps += report.steps
      asks += report.asks
      if (report.violations.length > 0) failed.push(`HAVEN_SIMULATION_SEED=${seed}: ${report.violations.join('; ')}`)
    }
    expect(failed).toEqual([])
    // Without an ask no hole was ever healed, and the run has shown nothing.
    expect(asks).toBeGreaterThan(0)
  })
})

describe('the checkers themselves', () => {
  const planted: [name: string, rules: Partial<Rules>, sign: RegExp][] = [
    ['numbers come from a database sequence', { numbering: 'by-sequence' }, /asks for|lacks/],
    ['the relay keeps the last id it has seen', { numbering: 'last-id-cursor' }, /lacks/],
    ['a writer does not lock its row', { id: 'without-lock' }, /out of order/],
    ['numbering reads and updates without its primary key', { numbering: 'unguarded' }, /stopped|lacks|times/],
    ['the id is taken before the lock', { id: 'before-lock' }, /out of order/],
    ['marked as sent before the send', { mark: 'before-send' }, /nothing was lost/],
    ['the offset is committed before the effect', { offset: 'before-effect' }, /nothing was lost/],
    ['the place moves without compare-and-set', { place: 'blind' }, /times/],
    ['no heads', { heads: 'none' }, /lacks/],
    ['applied though something before it is missing', { ahead: 'apply' }, /lacks|out of order/],
    ['nothing parks behind a parked event', { behindParked: 'applies' }, /out of order/],
    ['what is parked is looked up before the lock', { parkedLook: 'before-lock' }, /lacks|parked events left/],
    ['an ask for every record that shows the hole', { asking: 'per-message' }, /within 15 s/],
    ['a member believes what it remembers of an earlier assignment', { memory: 'trusted' }, /nothing was lost/],
  ]

  it.each(planted)('a planted bug is caught: %s', (_, rules, sign) => {
    for (let seed = 1; seed <= 300; seed++) {
      const { violations } = simulate({ seed, rules, troubleMs: 20_000 })
      if (violations.some(one => sign.test(one))) return
    }
    expect.fail('300 seeds did not catch it')
  })
})
