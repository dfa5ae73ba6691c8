import type { Leaf } from './leaf.ts'

/** What an entry is found by. Nothing is shown from here. */
export interface Projection {
  readonly id: string
  readonly occurredAt: Date
  readonly action: string
  readonly class: string
  readonly outcome: string
  readonly reason: string | null
  readonly actor: string | null
  readonly organisation: string | null
  readonly roles: readonly string[]
  readonly purpose: string | null
  readonly resourceType: string | null
  readonly resourceId: string | null
  readonly ip: string | null
  readonly request: string | null
  readonly trace: string | null
  readonly subjects: readonly string[]
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * Reads from an entry what it is found by. Never refuses one: a leaf whose producer signed it is in the log whatever it says, so a member
 * of another shape is left out, and a later version's new members are not looked at.
 * @param storedAt stands for a time that is none
 */
export function project(leaf: Pick<Leaf, 'entry'>, storedAt: Date): Projection {
  const { entry } = leaf
  const [actor, resource, client] = [entry.actor, entry.resource, entry.client].map(objectOf)
  return {
    id: uuidOf(entry.id) ?? nobody,
    occurredAt: occurredAt(leaf, storedAt),
    action: textOf(entry.action) ?? 'unreadable',
    class: textOf(entry.class) ?? 'unreadable',
    outcome: textOf(entry.outcome) ?? 'unreadable',
    reason: textOf(entry.reason),
    actor: textOf(actor?.id),
    organisation: textOf(actor?.org),
    roles: listOf(actor?.roles, textOf),
    purpose: textOf(entry.purpose),
    resourceType: textOf(resource?.type),
    resourceId: textOf(resource?.id),
    ip: textOf(client?.ip),
    request: textOf(entry.request),
    trace: textOf(entry.trace),
    subjects: [...new Set(listOf(entry.subjects, uuidOf))],
  }
}

/** When it says that it happened. @param storedAt stands for a time that is none */
export function occurredAt({ entry }: Pick<Leaf, 'entry'>, storedAt: Date): Date {
  return timeOf(entry.occurredAt) ?? storedAt
}

const objectOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined

// PostgreSQL takes no NUL in text, and an index no value of thousands of bytes.
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 300 && !value.includes('\0') ? value : null

const uuidOf = (value: unknown): string | null => (typeof value === 'string' && uuid.test(value) ? value : null)

function timeOf(value: unknown): Date | null {
  const time = typeof value === 'string' ? new Date(value) : null
  const year = time?.getUTCFullYear()
  return time !== null && year !== undefined && year >= 1 && year <= 9999 ? time : null
}

function listOf<T>(value: unknown, read: (one: unknown) => T | null): T[] {
  return Array.isArray(value) ? value.map(read).filter(one => one !== null) : []
}
