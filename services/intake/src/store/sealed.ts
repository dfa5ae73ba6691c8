import type { ReferralSubmitted, ReferredPerson, ReferredVictim } from '@haven/contracts'
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
export function seal<K extends keyof Kinds>(
  vault: SubjectVault,
  kind: K,
  subject: string,
  value: Kinds[K],
): Promise<Buffer> {
  return vault.seal(subject, { ...value }, context(kind))
}

/** Opens many of one kind in one round to the keys; the order is kept. */
export async function openAll<K extends keyof Kinds>(
  vault: SubjectVault,
  kind: K,
  items: readonly { subject: string; sealed: Uint8Array }[],
): Promise<Kinds[K][]> {
  const opened = await vault.openMany(
    items.map(({ subject, sealed }) => ({ subject, sealed: Buffer.from(sealed), context: context(kind) })),
  )
  return opened as unknown as Kinds[K][]
}
