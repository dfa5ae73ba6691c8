import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chainOf, leafAfter } from '../../test/leaves.ts'
import { type Chain, giveUp, missingFrom, newChain, type Step, take } from './chain.ts'
import { type ChainHead, isSame, type Leaf } from './leaf.ts'

const gapAfterMs = 30_000

/** The log of one producer, as the steps make it. */
function log() {
  let chain: Chain = newChain
  const stored = new Map<bigint, Leaf>()
  const steps: Step[] = []
  return {
    stored,
    steps,
    chain: () => chain,
    replace(other: Chain): void {
      chain = other
    },
    /** What a producer sends: each contiguous run under its own head, and a bare head behind them when there is one. */
    take(leaves: readonly Leaf[], head: ChainHead | null, now: number): void {
      for (const run of runsOf(leaves)) this.takeMessage(run, headAt(run.at(-1)!), now)
      if (head !== null) this.takeMessage([], head, now)
    },
    /** One message, as anybody may have written it under a head that was signed. */
    takeMessage(leaves: readonly Leaf[], head: ChainHead, now: number): void {
      const taken = take(chain, leaves, head, { stored: seq => stored.get(seq)?.hash, now, gapAfterMs })
      chain = taken.chain
      for (const step of taken.steps) {
        // What is on the record already is kept once.
        if (step.do === 'keep-evidence' && steps.some(one => one.do === step.do && one.seq === step.seq)) continue
        steps.push(step)
        if (step.do !== 'append') continue
        expect(stored.has(step.leaf.seq), 'a number is appended twice').toBe(false)
        stored.set(step.leaf.seq, step.leaf)
      }
    },
    did: (kind: Step['do']) => steps.filter(step => step.do === kind),
  }
}

function runsOf(leaves: readonly Leaf[]): Leaf[][] {
  const runs: Leaf[][] = []
  for (const leaf of leaves) {
    const run = runs.at(-1)
    if (run?.at(-1)?.seq === leaf.seq - 1n) run.push(leaf)
    else runs.push([leaf])
  }
  return runs
}

const headAt = (leaf: Leaf): ChainHead => ({ seq: leaf.seq, hash: leaf.hash })
const whole = chainOf(24)
const end = headAt(whole.at(-1)!)

/** A delivery: runs of the chain in any order, some twice, some never. */
const runs = fc.array(
  fc
    .tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 6 }), fc.nat(20_000))
    .map(([from, length, ms]) => ({ leaves: whole.slice(from, from + length), ms })),
  { maxLength: 30 },
)

/** Answers asks as a relay does: everything that it still has, from the number on. */
function heal(one: ReturnType<typeof log>, has: readonly Leaf[], now: number): void {
  for (let round = 0; round < 40; round++) {
    one.take([], end, now + round * gapAfterMs)
    const from = missingFrom(one.chain())
    if (from === null) return
    one.take(
      has.filter(leaf => leaf.seq >= from),
      end,
      now + round * gapAfterMs,
    )
  }
}

describe('an intact chain', () => {
  test('is appended whole, each number once and without an alarm, however it arrives and however often', () => {
    fc.assert(
      fc.property(runs, deliveries => {
        const one = log()
        let now = 0
        for (const { leaves, ms } of deliveries) {
          now += ms
          one.take(leaves, headAt(leaves.at(-1)!), now)
        }
        heal(one, whole, now)
        expect([...one.stored.keys()].sort((a, b) => Number(a - b))).toEqual(whole.map(leaf => leaf.seq))
        expect(one.did('keep-evidence')).toEqual([])
        expect(one.chain()).toMatchObject({ seq: end.seq, gaps: [], behindSince: null })
      }),
    )
  })

  test('opens no gap while what is missing is still asked for, and says from where', () => {
    const one = log()
    one.take(whole.slice(0, 3), null, 0)
    one.take(whole.slice(6, 8), null, 1_000)
    one.take(whole.slice(8, 9), null, gapAfterMs)
    expect(one.stored.size).toBe(3)
    expect(missingFrom(one.chain())).toBe(4n)
    one.take(whole.slice(3, 9), null, gapAfterMs + 500)
    expect(one.stored.size).toBe(9)
    expect(one.did('open-gap')).toEqual([])
  })

  test('goes on behind a gap once the time is up, and still asks for it', () => {
    const one = log()
    one.take(whole.slice(0, 3), null, 0)
    one.take(whole.slice(6, 8), null, 1_000)
    one.take(whole.slice(6, 8), null, 1_000 + gapAfterMs)
    expect([...one.stored.keys()]).toEqual([1n, 2n, 3n, 7n, 8n])
    expect(one.did('open-gap')).toMatchObject([{ gap: { first: 4n, last: 6n } }])
    expect(missingFrom(one.chain())).toBe(4n)
    one.take(whole.slice(3), null, 2_000 + gapAfterMs)
    expect(one.did('close-gap')).toMatchObject([{ outcome: 'filled' }])
    expect(one.did('keep-evidence')).toEqual([])
  })
})

describe('a gap', () => {
  const day = 86_400_000
  const gapped = () => {
    const one = log()
    one.take([whole[0]!, ...whole.slice(9)], null, 0)
    one.take(whole.slice(9), null, gapAfterMs)
    return one
  }

  test('is given up once, when it has been asked for so long, and not before', () => {
    const { chain } = gapped()
    expect(giveUp(chain(), gapAfterMs + day - 1, day).steps).toEqual([])
    const given = giveUp(chain(), gapAfterMs + day, day)
    expect(given.steps).toMatchObject([{ do: 'give-up-gap', gap: { first: 2n, last: 9n } }])
    expect(giveUp(given.chain, gapAfterMs + 9 * day, day).steps).toEqual([])
  })

  test('that was given up is filled like any other by what comes all the same, and a later one is asked for beside it', () => {
    fc.assert(
      fc.property(runs, deliveries => {
        const one = gapped()
        const now = gapAfterMs + day
        one.replace(giveUp(one.chain(), now, day).chain)
        expect(missingFrom(one.chain())).toBeNull()
        for (const { leaves } of deliveries) one.take(leaves, null, now)
        one.take(whole, end, now)
        expect(one.stored.size).toBe(whole.length)
        expect(one.chain().gaps).toEqual([])
        for (const step of one.did('close-gap')) expect(step).toMatchObject({ outcome: 'filled' })
        expect(one.did('keep-evidence')).toEqual([])
      }),
    )
    const one = gapped()
    one.replace(giveUp(one.chain(), gapAfterMs + day, day).chain)
    one.take([], { seq: end.seq + 3n, hash: end.hash }, gapAfterMs + day)
    expect(missingFrom(one.chain())).toBe(end.seq + 1n)
  })
})

describe('a chain of which leaves were deleted', () => {
  test('loses none but these: every intact leaf is appended, also between two deleted ones, and the gaps are what is missing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(whole.length - 1), { maxLength: 12 }), runs, (gone, deliveries) => {
        const has = whole.filter((_, index) => !gone.includes(index))
        const one = log()
        let now = 0
        for (const { leaves, ms } of deliveries) {
          now += ms
          const run = leaves.filter(leaf => has.includes(leaf))
          one.take(run, null, now)
        }
        heal(one, has, now)
        const deleted = gone.map(index => whole[index]!.seq)
        const missing = whole.filter(leaf => !one.stored.has(leaf.seq)).map(leaf => leaf.seq)
        expect(missing).toEqual(deleted.sort((a, b) => Number(a - b)))
        expect(one.did('keep-evidence')).toEqual([])
        const inGaps = one.chain().gaps.flatMap(gap => missing.filter(seq => seq >= gap.next && seq <= gap.until))
        expect(inGaps).toEqual(missing)
        expect(one.chain().gaps.every(gap => missing.includes(gap.next) && missing.includes(gap.until))).toBe(true)
        const opened = [...one.did('open-gap'), ...one.did('split-gap')].map(step => 'gap' in step && step.gap.first)
        expect(new Set(opened).size, 'two gaps of one name').toBe(opened.length)
      }),
    )
  })
})

test('one answer to an ask brings every intact leaf above a deleted one, not one leaf an answer', () => {
  const one = log()
  one.take(whole.slice(0, 3), null, 0)
  one.take(whole.slice(12), null, 0)
  one.take(whole.slice(12), null, gapAfterMs)
  one.take(whole.slice(4), null, gapAfterMs)
  expect(one.chain().gaps).toMatchObject([{ first: 4n, last: 12n, next: 4n, until: 4n }])
  expect(one.stored.size).toBe(whole.length - 1)
})

describe('a run that was exchanged on the way', () => {
  /** The run with one leaf replaced, in the bytes of somebody who has no key: its neighbours and the signed head stay. */
  const exchange = (run: readonly Leaf[], at: number): Leaf[] =>
    run.map((leaf, n) => {
      const before = whole[Number(leaf.seq) - 2] ?? null
      return n === at % run.length ? leafAfter(before, { action: 'case.read' }) : leaf
    })
  const exchanges = fc.array(
    fc
      .tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 8 }), fc.nat(20_000), fc.option(fc.nat()))
      .map(([from, length, ms, at]) => ({ run: whole.slice(from, from + length), ms, at })),
    { maxLength: 30 },
  )

  test('brings nothing into the log, is kept as evidence once a number, and costs no entry: what fits comes when it is asked for', () => {
    fc.assert(
      fc.property(exchanges, deliveries => {
        const one = log()
        let now = 0
        for (const { run, ms, at } of deliveries) {
          now += ms
          one.takeMessage(at === null ? run : exchange(run, at), headAt(run.at(-1)!), now)
        }
        heal(one, whole, now)
        for (const leaf of whole) expect(one.stored.get(leaf.seq)!.hash).toEqual(leaf.hash)
        const bad = deliveries.flatMap(({ run, at }) => (at === null ? [] : [run[at % run.length]!.seq]))
        expect(one.did('keep-evidence')).toHaveLength(new Set(bad).size)
        for (const step of one.did('keep-evidence')) expect(step).toMatchObject({ kind: 'exchanged' })
        expect(one.chain()).toMatchObject({ seq: end.seq, gaps: [], behindSince: null })
      }),
    )
  })

  test('shows what is missing, so that it is asked for at once', () => {
    const one = log()
    one.take(whole.slice(0, 3), null, 0)
    one.takeMessage(exchange(whole.slice(3, 8), 2), headAt(whole[7]!), 1)
    expect(one.stored.size).toBe(3)
    expect(one.did('keep-evidence')).toMatchObject([{ kind: 'exchanged', seq: 6n }])
    expect(missingFrom(one.chain())).toBe(4n)
  })

  test('a producer whose own table was changed says so under its signature: the log goes on behind a break', () => {
    const one = log()
    const changed = leafAfter(whole[2]!, { action: 'case.read' })
    one.take([...whole.slice(0, 3), changed], null, 0)
    one.take(whole.slice(4), null, 1)
    expect(one.did('keep-evidence')).toMatchObject([{ kind: 'break', seq: 5n }])
    expect(one.stored.size).toBe(whole.length)
  })
})

describe('a chain that contradicts itself', () => {
  test('another leaf under a stored number is kept as evidence and changes nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length - 1 }), at => {
        const one = log()
        one.take(whole, end, 0)
        const forged = leafAfter(whole[at - 1]!, { action: 'referral.list' })
        one.take([forged], null, 1)
        expect(one.did('keep-evidence')).toMatchObject([{ kind: 'equivocation', seq: forged.seq }])
        expect(isSame(one.stored.get(forged.seq)!.hash, whole[at]!.hash)).toBe(true)
        expect(one.chain().seq).toBe(end.seq)
      }),
    )
  })

  test('a signed head with another hash at a stored number is one too', () => {
    const one = log()
    one.take(whole, end, 0)
    one.take([], { seq: 5n, hash: whole[5]!.hash }, 1)
    one.take([], { seq: end.seq, hash: whole[5]!.hash }, 1)
    expect(one.did('keep-evidence')).toMatchObject([{ seq: 5n }, { seq: end.seq }])
  })

  test('a leaf that does not continue the one before breaks the chain on the record, and is not lost', () => {
    const one = log()
    one.take(whole.slice(0, 4), null, 0)
    const other = chainOf(5)
    one.take([other[4]!, leafAfter(other[4]!)], null, 1)
    expect(one.did('keep-evidence')).toMatchObject([{ kind: 'break', seq: 5n }])
    expect([...one.stored.keys()]).toEqual([1n, 2n, 3n, 4n, 5n, 6n])
  })

  test('a late arrival into a gap is no equivocation, and a gap whose ends do not meet is contradicted', () => {
    const one = log()
    one.take([whole[0]!], null, 0)
    one.take([whole[2]!], null, 0)
    one.take([whole[2]!], null, gapAfterMs)
    one.take([leafAfter(whole[0]!)], null, gapAfterMs)
    expect(one.did('close-gap')).toMatchObject([{ outcome: 'contradicted' }])
    expect(one.did('keep-evidence')).toMatchObject([{ kind: 'break', seq: 2n }])
  })
})
