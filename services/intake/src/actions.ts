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

const received = 'the referral was received by your organisation'
const onTheTeam = 'your organisation has the case, and you are on its care team'

/** What can be done here. The competent authority reads, to identify; only a case worker decides; the data-protection officer answers people. */
export const actions = defineActions({
  'referral.list': { resource: 'referral', relation: received, ...readers },
  'referral.summarise': { resource: 'referral', relation: received, ...readers },
  'referral.read': { resource: 'referral', relation: received, ...readers },
  'referral.accept': { resource: 'referral', relation: received, ...deciders },
  'referral.reject': { resource: 'referral', relation: received, ...deciders },
  'referral.redirect': { resource: 'referral', relation: received, ...deciders },
  'case.list': { resource: 'case', relation: onTheTeam, ...readers },
  'case.read': { resource: 'case', relation: onTheTeam, ...readers },
  'subject.lookup': {
    resource: 'person',
    class: 'data-access',
    roles: ['dataProtectionOfficer'],
    purposes: ['dataSubjectRequest'],
    relation: 'the person was referred to your organisation',
  },
})
