import type { ReferralSubmitted, ReferredPerson, ReferredVictim } from '@haven/contracts'
import { toProblem } from '@haven/db'
import type { SubjectVault } from '@haven/vault'

/** What identifies a person, or would together: all of it under the subject's key. */
export interface PersonAttributes {
  person: ReferredPerson
  victim?: ReferredVictim
}

/** What a referral says in the partner's words, and what the partner called it. */
export interface ReferralAttributes {
  reference: string
  reason: ReferralSubmitted['referral']['reason']
  details?: string
  consent: ReferralSubmitted['referral']['consent']
  event: { source: string; id: string; subject?: string; time?: string }
}

/** What was written to a decision or a withdrawal. */
export interface NoteAttributes {
  note: string
}

interface Kinds {
  person: PersonAttributes
  referral: ReferralAttributes
  note: NoteAttributes
}

/** The context is authenticated with the text: a note can not be put where a person is expected. */
const context = (kind: keyof Kinds): string => `intake.${kind}.v1`

/** Seals under a subject's key. */
export async function seal<K extends keyof Kinds>(
  vault: SubjectVault,
  kind: K,
  subject: string,
  value: Kinds[K],
): Promise<Buffer> {
  return vault.seal(subject, { ...value }, context(kind)).catch(rethrow)
}

/** Opens many of one kind in one statement, in their order; null stands for what was erased. */
export async function openAll<K extends keyof Kinds>(
  vault: SubjectVault,
  kind: K,
  items: readonly { subject: string; sealed: Uint8Array }[],
): Promise<(Kinds[K] | null)[]> {
  const values = items.map(({ subject, sealed }) => ({ subject, sealed, context: context(kind) }))
  return (await vault.openMany(values).catch(rethrow)) as (Kinds[K] | null)[]
}

/** Opens what is sealed of one subject, by its kinds, in one statement; null stands for what is not there and for what was erased. */
export async function openParts<K extends keyof Kinds>(
  vault: SubjectVault,
  subject: string,
  parts: { readonly [kind in K]: Uint8Array | null },
): Promise<{ [kind in K]: Kinds[kind] | null }> {
  const kinds = (Object.keys(parts) as K[]).filter(kind => parts[kind] !== null)
  const values = kinds.map(kind => ({ subject, sealed: parts[kind]!, context: context(kind) }))
  const opened = await vault.openMany(values).catch(rethrow)
  const byKind = new Map<string, unknown>(kinds.map((kind, index) => [kind, opened[index]]))
  return Object.fromEntries(Object.keys(parts).map(kind => [kind, byKind.get(kind) ?? null])) as {
    [kind in K]: Kinds[kind] | null
  }
}

// The keys' database away is the caller's 503, like our own.
function rethrow(error: unknown): never {
  throw toProblem(error)
}
