import { bigintArray, textArray, timestamptzArray, uuidArray } from '@haven/db'
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
  const texts = (read: (one: Found) => string | null): Buffer => textArray(found.map(read))
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
      bigintArray(found.map(one => one.idx)),
      timestamptzArray(found.map(one => one.occurredAt)),
      uuidArray(found.map(one => one.id)),
      texts(one => one.action),
      texts(one => one.class),
      texts(one => one.outcome),
      texts(one => one.reason),
      texts(one => one.actor),
      texts(one => one.organisation),
      texts(one => arrayText(one.roles)),
      texts(one => one.purpose),
      texts(one => one.resourceType),
      texts(one => one.resourceId),
      texts(one => one.ip),
      texts(one => one.request),
      texts(one => one.trace),
    ],
  })
}

// An array of arrays has to be a rectangle, so each travels as its text. A call for each row would cost more than its indexes.
const arrayText = (items: readonly string[]): string =>
  `{${items.map(item => `"${item.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`

async function writeSubjects(client: PoolClient, found: readonly Found[]): Promise<void> {
  const rows = found.flatMap(place => place.subjects.map(subject => ({ subject, place })))
  if (rows.length === 0) return
  await client.query({
    name: 'project-subjects',
    text: `insert into query.access_subject (subject, occurred_at, idx) select * from unnest($1::uuid[], $2::timestamptz[], $3::bigint[])`,
    values: [
      uuidArray(rows.map(row => row.subject)),
      timestamptzArray(rows.map(row => row.place.occurredAt)),
      bigintArray(rows.map(row => row.place.idx)),
    ],
  })
}

/** Makes the partition of a month, when there is none. */
export async function makeMonth(pool: Pool, month: string): Promise<void> {
  await pool.query('select query.make_month($1::date)', [`${month}-01`])
}
