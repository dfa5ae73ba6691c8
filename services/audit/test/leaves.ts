import { createHash, randomUUID } from 'node:crypto'
import { readLeaf } from '@haven/access'
import { canonicalBytes } from '@haven/contracts'
import type { Leaf } from '../src/domain/leaf.ts'

/** An entry as a service would make it, about nobody; parts are replaced. */
export const entryOf = (parts: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: randomUUID(),
  occurredAt: new Date().toISOString(),
  action: 'referral.read',
  class: 'data-access',
  outcome: 'success',
  actor: { id: 'caseworker-1', type: 'person', org: 'Harbour Programme', roles: ['caseworker'] },
  purpose: 'assistance',
  subjects: [],
  resource: { type: 'referral' },
  client: { ip: '127.0.0.1', agentHash: createHash('sha256').digest('base64url') },
  request: randomUUID(),
  trace: '0af7651916cd43dd8448eb211c80319c',
  policy: { id: 'intake', version: '1' },
  service: 'intake',
  ...parts,
})

/** The leaf that follows one, in the bytes that its service would store. */
export function leafAfter(before: Leaf | null, parts: Record<string, unknown> = {}, producer = 'intake/1'): Leaf {
  const prev = Buffer.from(before?.hash ?? Buffer.alloc(32)).toString('base64')
  const seq = String((before?.seq ?? 0n) + 1n)
  return readLeaf(Buffer.from(canonicalBytes({ entry: entryOf(parts), prev, producer, seq, v: 1 })))!
}

/** A chain of so many leaves, each of one subject when there is one. */
export function chainOf(length: number, parts: Record<string, unknown> = {}, producer = 'intake/1'): Leaf[] {
  const leaves: Leaf[] = []
  while (leaves.length < length) leaves.push(leafAfter(leaves.at(-1) ?? null, parts, producer))
  return leaves
}

/** A chain of one leaf for each of the given entries. */
export function chainWith(parts: readonly Record<string, unknown>[], producer = 'intake/1'): Leaf[] {
  const leaves: Leaf[] = []
  for (const one of parts) leaves.push(leafAfter(leaves.at(-1) ?? null, one, producer))
  return leaves
}
