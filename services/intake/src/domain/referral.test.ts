import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  arrive,
  decide,
  type Referral,
  type ReferralCommand,
  type ReferralFact,
  referralStates,
  rejectionReasons,
  transitions,
  withdrawalReasons,
} from './referral.ts'

const at = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
const command: fc.Arbitrary<ReferralCommand> = fc.oneof(
  fc.record({ name: fc.constantFrom('receive', 'acknowledge'), at }),
  fc.record({ name: fc.constant('accept'), at, by: fc.uuid() }),
  fc.record({ name: fc.constant('reject'), at, by: fc.uuid(), reason: fc.constantFrom(...rejectionReasons) }),
  fc.record({ name: fc.constant('redirect'), at, by: fc.uuid(), to: fc.constantFrom('here', 'elsewhere') }),
  fc.record({ name: fc.constant('withdraw'), at, reason: fc.constantFrom(...withdrawalReasons) }),
)

function run(commands: ReferralCommand[]): ReferralFact[] {
  const history: ReferralFact[] = []
  for (const next of commands) {
    const last = history.at(-1)
    const state: Referral | null = last ? { ...last, receiver: 'here' } : null
    const decision = decide(state, next)
    if ('facts' in decision) history.push(...decision.facts)
  }
  return history
}

describe('a referral', () => {
  test('numbers its facts from 1 without a gap, whatever is tried on it', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), commands => {
        expect(run(commands).map(fact => fact.version)).toEqual(run(commands).map((_, index) => index + 1))
      }),
    )
  })

  test('ends once: after accepted, rejected, redirected or withdrawn nothing more happens to it', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), commands => {
        const ended = run(commands).filter(fact =>
          ['accepted', 'rejected', 'redirected', 'withdrawn'].includes(fact.state),
        )
        expect(ended.length).toBeLessThanOrEqual(1)
        if (ended[0]) expect(run(commands).at(-1)).toEqual(ended[0])
      }),
    )
  })

  test('moves only along the table', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), commands => {
        const history = run(commands)
        for (const [index, fact] of history.entries()) {
          const before = history[index - 1]?.state
          const allowed = Object.values(transitions).filter(({ to }) => to === fact.state)
          expect(allowed.some(({ from }) => (before === undefined ? from.length === 0 : from.includes(before)))).toBe(
            true,
          )
        }
      }),
      { numRuns: 500 },
    )
  })

  test('can reach every state', () => {
    const details = { at: now, by: 'someone', reason: 'other', to: 'elsewhere' }
    const reached = new Set<string>()
    const from: (Referral | null)[] = [null]
    for (const referral of from) {
      for (const name of Object.keys(transitions)) {
        const decision = decide(referral, { name, ...details } as ReferralCommand)
        if ('refusal' in decision) continue
        const [fact] = decision.facts
        if (!reached.has(fact!.state)) from.push({ ...fact!, receiver: 'here' })
        reached.add(fact!.state)
      }
    }
    expect([...reached].sort()).toEqual([...referralStates].sort())
  })

  test('is received and acknowledged in one breath on arrival', () => {
    const now = new Date('2026-01-02T03:04:05Z')
    expect(arrive(null, { at: now, receiver: 'here' })).toEqual({
      facts: [
        { state: 'received', version: 1, at: now },
        { state: 'acknowledged', version: 2, at: now },
      ],
    })
  })

  test('does not arrive a second time under a reference that was used, whatever became of the first', () => {
    for (const state of referralStates) {
      const earlier = { state, version: 3, receiver: 'here' }
      expect(arrive(earlier, { at: now, receiver: 'here' })).toEqual({ refusal: 'reference-already-used' })
    }
  })

  const now = new Date('2026-01-02T03:04:05Z')
  const refused = [
    ['receive', 'acknowledged', 'reference-already-used'],
    ['receive', 'withdrawn', 'reference-already-used'],
    ['withdraw', 'accepted', 'referral-already-decided'],
    ['withdraw', 'rejected', 'referral-already-decided'],
    ['withdraw', 'redirected', 'referral-already-decided'],
    ['withdraw', 'withdrawn', 'referral-already-withdrawn'],
    ['accept', 'received', 'referral-not-acknowledged'],
    ['accept', 'accepted', 'referral-already-decided'],
    ['accept', 'withdrawn', 'referral-already-withdrawn'],
    ['reject', 'accepted', 'referral-already-decided'],
    ['redirect', 'rejected', 'referral-already-decided'],
    ['acknowledge', 'acknowledged', 'referral-already-decided'],
  ] as const
  test.each(refused)('%s of one that is %s is refused as %s', (name, state, refusal) => {
    const details = { at: now, by: 'someone', reason: 'other', to: 'elsewhere' }
    expect(decide({ state, version: 3, receiver: 'here' }, { name, ...details } as ReferralCommand)).toEqual({
      refusal,
    })
  })

  test.each(['acknowledge', 'accept', 'reject', 'redirect', 'withdraw'] as const)(
    '%s of none is refused as unknown',
    name => {
      const details = { at: now, by: 'someone', reason: 'other', to: 'elsewhere' }
      expect(decide(null, { name, ...details } as ReferralCommand)).toEqual({ refusal: 'referral-unknown' })
    },
  )

  test('cannot be redirected to the organisation that has it', () => {
    const referral: Referral = { state: 'acknowledged', version: 2, receiver: 'here' }
    expect(decide(referral, { name: 'redirect', at: now, by: 'someone', to: 'here' })).toEqual({
      refusal: 'redirect-to-itself',
    })
  })
})
