import type { Asking } from './callers.ts'

interface Seen {
  id: string
  state: string
  version: number
}

const nowhere = '01980000-0000-7000-8000-000000000000'
const auditing = () => ({ headers: { 'purpose-of-use': 'audit' } })

/**
 * What people ask of the three services in a day, allowed or not: lists, details, decisions, the record itself, strangers, who has no token or states no
 * purpose, and what is not recorded at all.
 */
export function usualAskings(): Asking[] {
  let seen: Seen[] = []
  const cases: string[] = []
  const decided = new Set<string>()
  let turn = 0
  const some = () => seen[turn++ % Math.max(seen.length, 1)]
  const open = () => seen.find(({ id, state }) => state === 'acknowledged' && !decided.has(id))
  const detail = () => `/referrals/${some()?.id ?? nowhere}`
  const intake = { service: 'intake', client: 'caseworker' } as const
  return [
    {
      ...intake,
      path: () => '/referrals?limit=50&order=desc',
      action: 'referral.list',
      onAnswer: ({ status, body }) => {
        if (status === 200) seen = body.items
      },
    },
    { ...intake, path: detail, action: 'referral.read' },
    {
      ...intake,
      path: () => '/cases?limit=20&order=desc',
      action: 'case.list',
      onAnswer: ({ status, body }) => {
        if (status === 200) cases.splice(0, cases.length, ...body.items.map(({ id }: { id: string }) => id))
      },
    },
    { ...intake, path: () => cases[0] && `/cases/${cases[0]}`, action: 'case.read' },
    { ...intake, path: () => '/referrals/summary?by=state', action: 'referral.summarise' },
    decision(open, decided),
    { ...intake, client: 'stranger', path: detail, action: 'referral.read' },
    { ...intake, client: 'auditor', path: () => '/referrals', action: 'referral.list' },
    { ...intake, client: null, path: detail, action: 'referral.read' },
    { ...intake, path: () => '/cases', options: () => ({ headers: { 'purpose-of-use': '' } }), action: 'case.list' },
    { ...intake, path: () => '/livez' },
    { ...intake, path: () => '/nowhere' },
    { service: 'audit', client: 'auditor', path: () => '/entries?limit=5', options: auditing, action: 'entry.list' },
    {
      service: 'audit',
      client: 'auditor',
      path: () => '/completeness',
      options: auditing,
      action: 'completeness.read',
    },
    { service: 'audit', client: 'caseworker', path: () => '/entries', options: auditing, action: 'entry.list' },
    { service: 'gateway', client: 'partner', path: () => '/receipts?limit=5', action: 'receipt.list' },
    { service: 'gateway', client: null, path: () => '/receipts', action: 'receipt.list' },
  ]
}

/** Accepts one referral after the other; what was answered by 503 is tried again, though it may have been done. */
function decision(open: () => Seen | undefined, decided: Set<string>): Asking {
  let chosen: Seen | undefined
  return {
    service: 'intake',
    client: 'caseworker',
    method: 'POST',
    path: () => {
      chosen ??= open()
      return chosen && `/referrals/${chosen.id}/accept`
    },
    options: () => ({ headers: { 'if-match': `"${chosen!.version}"` } }),
    action: 'referral.accept',
    isWrite: true,
    onAnswer: ({ status }) => {
      if (status >= 500) return
      decided.add(chosen!.id)
      chosen = undefined
    },
  }
}
