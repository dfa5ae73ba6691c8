import { randomUUIDv7 } from 'node:crypto'

/** Each operation with a request that would be fine but for what a test makes wrong. */
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
