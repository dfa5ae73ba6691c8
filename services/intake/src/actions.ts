import { defineActions } from '@haven/access'

const readers = {
  class: 'data-access',
  roles: ['caseworker', 'competentAuthority'],
  purposes: ['assistance', 'protection', 'emergencyResponse', 'identification'],
} as const

const deciders = {
  class: 'data-access',
  roles: ['caseworker'],
  purposes: ['assistance', 'protection', 'emergencyResponse'],
} as const

/** What can be done here. The competent authority reads, to identify; only a case worker decides. */
export const actions = defineActions({
  'referral.list': { resource: 'referral', ...readers },
  'referral.summarise': { resource: 'referral', ...readers },
  'referral.read': { resource: 'referral', ...readers },
  'referral.accept': { resource: 'referral', ...deciders },
  'referral.reject': { resource: 'referral', ...deciders },
  'referral.redirect': { resource: 'referral', ...deciders },
  'case.list': { resource: 'case', ...readers },
  'case.read': { resource: 'case', ...readers },
})
