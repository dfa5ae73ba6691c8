import { Uuid } from '@haven/contracts'
import Type, { type Static } from 'typebox'
import type { FoundEntry } from '../../store/entry-view.ts'
import { Count } from '../completeness/completeness.ts'

/** An entry with its place in the log. What it says is passed on as its service wrote it, members of later versions too. */
export const Entry = Type.Object(
  {
    index: Count('place in the log, from 0'),
    producer: Type.String({ description: 'service and epoch' }),
    seq: Count("number in the producer's chain, from 1"),
    leafHash: Type.String({ description: 'base64 SHA-256 of the bytes that are stored' }),
    entry: Type.Object(
      { id: Uuid(), occurredAt: Type.String(), action: Type.String(), class: Type.String(), outcome: Type.String() },
      { additionalProperties: true, description: 'the entry, schema AuditEntry version 1' },
    ),
  },
  { additionalProperties: false, title: 'Entry in the log' },
)

/** Made from the leaf that is stored, never from what it was found by. */
export function renderEntry({ index, hash, leaf }: FoundEntry): Static<typeof Entry> {
  const { entry, producer, seq } = JSON.parse(leaf.toString('utf8')) as Static<typeof Entry>
  return { index: String(index), producer, seq, leafHash: hash, entry }
}
