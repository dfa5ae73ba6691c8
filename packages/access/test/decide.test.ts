import { type PurposeCode, purposeCodes, purposes, type Role, roles } from '@haven/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Action, decide, defineActions } from '../src/index.ts'

const action: Action = {
  resource: 'referral',
  class: 'data-access',
  roles: ['caseworker', 'dataProtectionOfficer'],
  purposes: ['assistance', 'dataSubjectRequest', 'audit'],
}

function decided(held: readonly Role[], purpose?: string, of: Action = action) {
  return decide({ principal: { roles: held }, action: of, purpose })
}

test('a role that the action does not permit is refused whatever the purpose', () => {
  expect(decided(['auditor'], 'audit')).toEqual({ allowed: false, reason: 'role-not-permitted' })
  expect(decided([], 'assistance')).toEqual({ allowed: false, reason: 'role-not-permitted' })
})

test.each([
  [undefined, 'purpose-required'],
  ['', 'purpose-unknown'],
  ['curiosity', 'purpose-unknown'],
  ['assistance, audit', 'purpose-unknown'],
  ['toString', 'purpose-unknown'],
  ['shelter', 'purpose-not-permitted'],
  // A purpose the action takes, but not from a case worker.
  ['audit', 'purpose-not-permitted'],
])('a case worker who names %s is refused', (purpose, reason) => {
  expect(decided(['caseworker'], purpose)).toEqual({ allowed: false, reason })
})

test('the role that is used is the one that may claim the purpose', () => {
  expect(decided(['caseworker', 'dataProtectionOfficer'], 'audit')).toEqual({
    allowed: true,
    role: 'dataProtectionOfficer',
    purpose: 'audit',
  })
})

test('where the credential states the purpose none is asked for', () => {
  const event: Action = { resource: 'event', class: 'data-access', roles: ['partner'], purposes: 'credential' }
  expect(decided(['partner'], undefined, event)).toEqual({ allowed: true, role: 'partner' })
  expect(decided(['caseworker'], 'assistance', event)).toEqual({ allowed: false, reason: 'role-not-permitted' })
})

const anyRoles = fc.uniqueArray(fc.constantFrom(...roles))
const anyAction: fc.Arbitrary<Action> = fc.record({
  resource: fc.constant('thing'),
  class: fc.constant('data-access' as const),
  roles: anyRoles,
  purposes: fc.oneof(fc.constant('credential' as const), fc.uniqueArray(fc.constantFrom(...purposeCodes))),
})
const anyPurpose = fc.option(fc.oneof(fc.constantFrom<string>(...purposeCodes), fc.string()), { nil: undefined })

test('nothing is allowed but a role held and permitted, for a purpose that the action takes and the role may claim', () => {
  fc.assert(
    fc.property(anyRoles, anyAction, anyPurpose, (held, of, purpose) => {
      const decision = decided(held, purpose, of)
      const possible = roles.some(
        role =>
          held.includes(role) &&
          of.roles.includes(role) &&
          (of.purposes === 'credential' ||
            (of.purposes.includes(purpose as PurposeCode) && purposes[purpose as PurposeCode].roles.includes(role))),
      )
      expect(decision.allowed).toBe(possible)
    }),
    { numRuns: 1_000 },
  )
})

test('more roles never allow less', () => {
  fc.assert(
    fc.property(anyRoles, anyRoles, anyAction, anyPurpose, (held, more, of, purpose) => {
      if (decided(held, purpose, of).allowed) expect(decided([...held, ...more], purpose, of).allowed).toBe(true)
    }),
  )
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['no role', { roles: [] }, /permits no role/],
  ['an invented role', { roles: ['admin'] }, /role that does not exist/],
  ['no purpose', { purposes: [] }, /takes no purpose/],
  ['an invented purpose', { purposes: ['curiosity'] }, /purpose that does not exist/],
  [
    'a role shut out by its purposes',
    { roles: ['caseworker', 'trainer'], purposes: ['assistance'] },
    /permits trainer, who may claim none/,
  ],
  ['no class', { class: undefined }, /has no class/],
  ['no resource', { resource: '' }, /names no resource/],
  ['an unknown setting', { purpose: 'assistance' }, /unknown setting 'purpose'/],
])('an action with %s is refused when the table is made', (_name, change, message) => {
  expect(() => defineActions({ 'referral.list': { ...action, ...change } as Action })).toThrow(message)
})

test('an action is named by resource and verb', () => {
  expect(() => defineActions({ list: action })).toThrow(/is not named like/)
})
