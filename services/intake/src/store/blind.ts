import { blindIndex, hmac, normaliseIdentifier, normaliseName, normalisePhone, type SymmetricKey } from '@haven/vault'
import { type Identity, identifiersOf } from '../domain/duplicates.ts'
import type { BlindIndex } from './person.ts'

const normalise = { name: normaliseName, identifier: normaliseIdentifier, phone: normalisePhone }

/** A person's blind indexes, version 1. */
export function blindIndexes(key: SymmetricKey, person: Identity): BlindIndex[] {
  return identifiersOf(person, normalise).map(({ kind, value }) => ({ kind, value: blindIndex(key, kind, value) }))
}

/** The HMAC that stands for a partner's own reference: partners name files after people. */
export function referenceDigest(key: SymmetricKey, partner: string, reference: string): Buffer {
  return hmac(key, 'intake.reference', partner, reference)
}
