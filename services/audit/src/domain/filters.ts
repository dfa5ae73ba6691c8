import { auditClasses, auditOutcomes, purposeCodes, roles, sentenceActions } from '@haven/contracts'

/** What entries can be looked for by. */
export interface Filters {
  readonly subject?: string
  readonly actor?: string
  readonly organisation?: string
  readonly role?: string
  readonly purpose?: string
  readonly action?: string
  readonly class?: string
  readonly outcome?: string
  readonly reason?: string
  readonly ip?: string
  readonly request?: string
  readonly trace?: string
  /** Inclusive. */
  readonly from?: Date
  /** Exclusive. */
  readonly to?: Date
}

/** Names of filters, as they stand before the colon. */
export const filterNames = [
  'subject',
  'actor',
  'organisation',
  'role',
  'purpose',
  'action',
  'class',
  'outcome',
  'reason',
  'ip',
  'request',
  'trace',
  'from',
  'to',
] as const

type FilterName = (typeof filterNames)[number]

/** Why a filter cannot be taken; never holds its value. */
export interface Flaw {
  /** Which of the given ones, from 0. */
  readonly at: number
  readonly detail: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const instant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Reads `key:value` texts; all flaws at once. A value may hold colons and blanks. A date alone is its midnight in UTC. */
export function readFilters(texts: readonly string[]): { filters: Filters; flaws: Flaw[] } {
  const filters: Record<string, string | Date> = {}
  const flaws: Flaw[] = []
  for (const [at, text] of texts.entries()) {
    const colon = text.indexOf(':')
    const name = text.slice(0, Math.max(colon, 0))
    const value = text.slice(colon + 1)
    const read = isFilterName(name) ? readValue(name, value) : null
    if (!isFilterName(name))
      flaws.push({ at, detail: `is not one of ${filterNames.join(', ')} with a colon and a value` })
    else if (name in filters) flaws.push({ at, detail: `${name} is given twice` })
    else if (read === null)
      flaws.push({ at, detail: remedies[name] ?? `${name} needs a value of at most 300 characters` })
    else filters[name] = read
  }
  return { filters, flaws }
}

// A misspelt code would find nothing, and look as if nothing had happened.
const codes: Partial<Record<FilterName, readonly string[]>> = {
  outcome: auditOutcomes,
  class: auditClasses,
  role: roles,
  purpose: purposeCodes,
  action: sentenceActions,
}

const remedies: Partial<Record<FilterName, string>> = {
  ...Object.fromEntries(Object.entries(codes).map(([name, known]) => [name, `${name} is one of ${known.join(', ')}`])),
  subject: 'subject is an audit surrogate, a UUID',
  from: 'from is a date or an instant of RFC 3339',
  to: 'to is a date or an instant of RFC 3339',
}

const isFilterName = (name: string): name is FilterName => (filterNames as readonly string[]).includes(name)

function readValue(name: FilterName, value: string): string | Date | null {
  if (value === '' || value.length > 300 || value.includes('\0')) return null
  if (name === 'subject') return uuid.test(value) ? value : null
  const known = codes[name]
  if (known !== undefined) return known.includes(value) ? value : null
  if (name !== 'from' && name !== 'to') return value
  const time = instant.test(value) ? new Date(value) : null
  return time === null || Number.isNaN(time.getTime()) ? null : time
}

const dayMs = 86_400_000
/** The longest time that is looked through without an index for it. */
export const longestWindowMs = 31 * dayMs

/**
 * The time to look through: what is asked, or the last 31 days where neither a subject nor an actor narrows it; null when that is longer than
 * 31 days.
 */
export function windowOf(filters: Filters, now: Date): { from: Date | undefined; to: Date | undefined } | null {
  const { from, to, subject, actor } = filters
  if (subject !== undefined || actor !== undefined) return { from, to }
  // A minute more, for clocks of services that are a little ahead.
  const until =
    to ?? (from === undefined ? new Date(now.getTime() + 60_000) : new Date(from.getTime() + longestWindowMs))
  const since = from ?? new Date(until.getTime() - longestWindowMs)
  return until.getTime() - since.getTime() > longestWindowMs ? null : { from: since, to: until }
}
