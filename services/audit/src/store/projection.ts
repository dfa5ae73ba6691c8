import type { Pool, PoolClient } from 'pg'
import type { Projection } from '../domain/projection.ts'

/** What is found at an index. */
export interface Found extends Projection {
  readonly idx: bigint
}

/** Rows by which entries are found, in the transaction that appends them. */
export async function writeProjection(client: PoolClient, found: readonly Found[]): Promise<void> {
  await Promise.all([writeEvents(client, found), writeSubjects(client, found)])
}

async function writeEvents(client: PoolClient, found: readonly Found[]): Promise<void> {
  const column = <T>(read: (one: Found) => T): T[] => found.map(read)
  await client.query({
    name: 'project-events',
    text: `insert into query.access_event
             (idx, occurred_at, id, action, class, outcome, reason, actor, organisation, roles, purpose, resource_type, resource_id, ip, request, trace)
           select idx, occurred_at, id, action, class, outcome, reason, actor, organisation,
             roles::text[], purpose, resource_type, resource_id, ip, request, trace
           from unnest($1::bigint[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
             $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
             as given (idx, occurred_at, id, action, class, outcome, reason, actor, organisation, roles, purpose, resource_type, resource_id, ip, request, trace)`,
    values: [
      column(one => String(one.idx)),
      column(one => one.occurredAt.toISOString()),
      column(one => one.id),
      column(one => one.action),
      column(one => one.class),
      column(one => one.outcome),
      column(one => one.reason),
      column(one => one.actor),
      column(one => one.organisation),
      column(one => arrayText(one.roles)),
      column(one => one.purpose),
      column(one => one.resourceType),
      column(one => one.resourceId),
      column(one => one.ip),
      column(one => one.request),
      column(one => one.trace),
    ],
  })
}

// An array of arrays has to be a rectangle, so each travels as its text. A call for each row would cost more than its indexes.
const arrayText = (items: readonly string[]): string =>
  `{${items.map(item => `"${item.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`

async function writeSubjects(client: PoolClient, found: readonly Found[]): Promise<void> {
  const rows = found.flatMap(({ subjects, occurredAt, idx }) => {
    const place = { occurredAt: occurredAt.toISOString(), idx: String(idx) }
    return subjects.map(subject => ({ subject, ...place }))
  })
  if (rows.length === 0) return
  await client.query({
    name: 'project-subjects',
    text: `insert into query.access_subject (subject, occurred_at, idx) select * from unnest($1::uuid[], $2::timestamptz[], $3::bigint[])`,
    values: [rows.map(row => row.subject), rows.map(row => row.occurredAt), rows.map(row => row.idx)],
  })
}

/** Makes the partition of a month, when there is none. */
export async function makeMonth(pool: Pool, month: string): Promise<void> {
  await pool.query('select query.make_month($1::date)', [`${month}-01`])
}
