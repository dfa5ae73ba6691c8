import type { AuditEntry } from '@haven/contracts'

/** An answer that arrived whole: status line, headers and body. */
export interface Answered {
  /** Its x-request-id. */
  readonly request: string
  readonly status: number
  /** Of the problem in its body. */
  readonly code?: string
  /** What was asked for; absent where nothing is recorded: on open routes and addresses without a route. */
  readonly action?: string
  /** Its effect carries an entry of its own, which may be there although the answer then failed. */
  readonly isWrite?: boolean
}

/** An entry, or its absence, that does not belong to an answer. */
export interface Flaw {
  readonly request: string
  readonly flaw: 'missing' | 'doubled' | 'unfitting' | 'undue'
  /** What was answered and what is on the record, without a name or a value. */
  readonly says: string
}

type Entry = Pick<AuditEntry, 'action' | 'outcome' | 'reason' | 'request'>
/** How often each outcome has to be on the record, and how often it may be. */
type Due = Partial<Record<AuditEntry['outcome'], readonly [least: number, most: number]>>

const once = [1, 1] as const
const perhaps = [0, 1] as const

// As docs/unrecorded.md has it.
const unrecorded = [
  'starting',
  'overloaded',
  'body-too-large',
  'unsupported-media-type',
  'malformed-json',
  'body-too-deep',
  'malformed-request',
]
const denials = ['purpose-required', 'purpose-unknown', 'purpose-not-permitted', 'role-not-permitted']

function dueFor({ status, code = '', action, isWrite = false }: Answered): Due {
  if (action === undefined || unrecorded.includes(code)) return {}
  if (status < 400) return { success: once }
  // The first of a client's window has one, and which that was is not known here.
  if (status === 429) return { failure: perhaps }
  // What could not be written in time may have been written all the same.
  if (code === 'audit-unavailable') return { success: perhaps, denied: perhaps, failure: perhaps }
  if ([401, 403, 404].includes(status) || denials.includes(code)) return { denied: once }
  return status >= 500 && isWrite ? { failure: once, success: perhaps } : { failure: once }
}

/** Compares what was answered with what is on the record: each answer has exactly its entries, with the fitting action, outcome and reason. */
export function compareAnswers(answers: readonly Answered[], entries: readonly Entry[]): Flaw[] {
  const byRequest = Map.groupBy(entries, ({ request }) => request)
  return answers.flatMap(answer => flawsOf(answer, byRequest.get(answer.request) ?? []))
}

function flawsOf(answer: Answered, entries: readonly Entry[]): Flaw[] {
  const due = dueFor(answer)
  const { request, status, code, action } = answer
  const found = (flaw: Flaw['flaw']): Flaw[] => {
    const recorded = entries.map(entry => `${entry.action} ${entry.outcome} ${entry.reason ?? ''}`.trim())
    return [
      {
        request,
        flaw,
        says: `${status} ${code ?? ''} to ${action ?? 'nothing'}: ${recorded.join(', ') || 'no entry'}`,
      },
    ]
  }
  const isDue = Object.keys(due).length > 0
  if (!isDue) return entries.length === 0 ? [] : found('undue')
  if (entries.some(entry => entry.action !== action || !(entry.outcome in due) || !fits(entry, answer)))
    return found('unfitting')
  for (const [outcome, [least, most]] of Object.entries(due)) {
    const count = entries.filter(entry => entry.outcome === outcome).length
    if (count > most) return found('doubled')
    if (count < least) return found(entries.length === 0 ? 'missing' : 'unfitting')
  }
  return []
}

// The reason of a refusal is the code that was answered; what could not be recorded in time was meant to be another answer.
function fits({ outcome, reason }: Entry, { code }: Answered): boolean {
  return outcome === 'success' || code === 'audit-unavailable' || reason === code
}

/** Where an entry stands. */
export interface Place {
  /** In the log, from 0. */
  readonly index: string
  readonly producer: string
  /** In its producer's chain, from 1. */
  readonly seq: string
}

/** Compares the log with itself: in its order each index and each number of each producer is there once, and none is left out. */
export function comparePlaces(places: readonly Place[]): string[] {
  const last = new Map<string, number>()
  return places.flatMap(({ index, producer, seq }, at) => {
    const before = last.get(producer) ?? 0
    last.set(producer, Math.max(before, Number(seq)))
    return [
      ...(index === String(at) ? [] : [`index ${index} stands at ${at}`]),
      ...(seq === String(before + 1) ? [] : [`${producer} has ${seq} after ${before}`]),
    ]
  })
}

/** Entries of requests whose answers did not arrive: the process, the connection or the caller ended in between. */
export function unanswered<E extends Entry>(answers: readonly Answered[], entries: readonly E[]): E[] {
  const known = new Set(answers.map(({ request }) => request))
  return entries.filter(({ request }) => request !== undefined && !known.has(request))
}
