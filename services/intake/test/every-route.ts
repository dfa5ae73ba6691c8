import { randomUUIDv7 } from 'node:crypto'

/** Each operation of staff with a request that would be fine but for what a test makes wrong. */
export const everyRoute = [
  { method: 'GET', url: '/referrals', isDecision: false },
  { method: 'GET', url: '/referrals/summary?by=state', isDecision: false },
  { method: 'GET', url: `/referrals/${randomUUIDv7()}`, isDecision: false },
  { method: 'POST', url: `/referrals/${randomUUIDv7()}/accept`, ifMatch: '"2"', isDecision: true },
  {
    method: 'POST',
    url: `/referrals/${randomUUIDv7()}/reject`,
    ifMatch: '"2"',
    body: { reason: 'other' },
    isDecision: true,
  },
  {
    method: 'POST',
    url: `/referrals/${randomUUIDv7()}/redirect`,
    ifMatch: '"2"',
    body: { to: 'Third Programme' },
    isDecision: true,
  },
  { method: 'GET', url: '/cases', isDecision: false },
  { method: 'GET', url: `/cases/${randomUUIDv7()}`, isDecision: false },
] as const

/** The operations of others: who and for what. */
export const otherRoutes = [
  { method: 'GET', url: '/why?action=case.read', as: 'auditor', purpose: '' },
  {
    method: 'POST',
    url: '/subjects/lookup',
    as: 'dataProtectionOfficer',
    purpose: 'dataSubjectRequest',
    body: { identityNumber: 'U01234567' },
  },
] as const
