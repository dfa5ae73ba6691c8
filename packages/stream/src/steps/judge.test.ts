import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge, type Place, type Sighting } from './judge.ts'

const idOf = (seq: bigint) => (seq === 0n ? null : `id-${seq}`)
const place = (last: bigint, epoch = 5n): Place => ({ epoch, last, factId: idOf(last) })
const fact = (seq: bigint, epoch = 5n): Sighting => ({
  kind: 'fact',
  epoch,
  seq,
  factId: `id-${seq}`,
  prev: idOf(seq - 1n),
})
const head = (seq: bigint, epoch = 5n): Sighting => ({ kind: 'head', epoch, seq, factId: idOf(seq) })
const number = fc.bigInt({ min: 1n, max: 12n })

describe('the rule of a numbered stream', () => {
  it('applies each number once and in order, however an honest log repeats, mixes and leaves out', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, fc.boolean()), { maxLength: 80 }), records => {
        let at = place(0n)
        const applied: bigint[] = []
        for (const [seq, isHead] of records) {
          const verdict = judge(at, isHead ? head(seq) : fact(seq))
          expect(verdict.do).not.toBe('stop')
          if (verdict.do === 'apply') {
            applied.push(seq)
            at = verdict.place
          }
          if (verdict.do === 'ask') expect(verdict.from).toBe(at.last + 1n)
        }
        expect(applied).toEqual(applied.map((_, index) => BigInt(index + 1)))
      }),
    )
  })

  it('asks for everything that it was shown and has not got, and for nothing else', () => {
    fc.assert(
      fc.property(number, number, fc.boolean(), (last, seq, isHead) => {
        const verdict = judge(place(last), isHead ? head(seq) : fact(seq))
        expect(verdict.do === 'ask').toBe(isHead ? seq > last : seq > last + 1n)
      }),
    )
  })

  it('a head at 0 says nothing to anybody', () => {
    expect(judge(place(0n), head(0n))).toEqual({ do: 'nothing' })
    expect(judge(place(3n), head(0n))).toEqual({ do: 'nothing' })
  })

  it.each([
    ['a predecessor that was not applied', place(3n), { ...fact(4n), prev: 'another' }, 'prev-does-not-fit'],
    ['another fact at the place', place(3n), { ...fact(3n), factId: 'another' }, 'other-fact-at-place'],
    ['a head with another fact at the place', place(3n), { ...head(3n), factId: 'another' }, 'other-fact-at-place'],
  ] as [string, Place, Sighting, string][])('stops at %s', (_, at, seen, reason) => {
    expect(judge(at, seen)).toEqual({ do: 'stop', reason })
  })

  it('takes a fact whose predecessor its owner no longer knows', () => {
    expect(judge(place(3n), { ...fact(4n), prev: null } as Sighting)).toMatchObject({ do: 'apply' })
  })

  it('never applies an older epoch, and begins a newer one at 0', () => {
    fc.assert(
      fc.property(number, number, fc.boolean(), (last, seq, isHead) => {
        const seen = (epoch: bigint) => (isHead ? head(seq, epoch) : fact(seq, epoch))
        expect(judge(place(last), seen(4n))).toEqual({ do: 'nothing' })
        expect(judge(place(last), seen(6n))).toEqual({
          do: 'enter-epoch',
          place: { epoch: 6n, last: 0n, factId: null },
        })
      }),
    )
  })
})
