import { rowsOf } from '@haven/db'
import { blindIndexVersion } from '@haven/vault'
import type { Pool } from 'pg'
import type { IdentifierKind } from '../domain/duplicates.ts'
import { Prisma } from './generated/client.ts'
import type { BlindIndex } from './person.ts'

/** A person who was found, with what they were found by. */
export interface FoundSubject {
  person: string
  /** Null after erasure. */
  surrogate: string | null
  kinds: IdentifierKind[]
}

/** As many as an entry can name. */
export const maxFound = 200

/** People of the organisation who have one of the blind indexes, those with most in common first; at most {@link maxFound}. */
export function findByIdentifiers(
  pool: Pool,
  { organisation, indexes }: { organisation: string; indexes: readonly BlindIndex[] },
): Promise<FoundSubject[]> {
  const kinds = indexes.map(({ kind }) => kind)
  const values = indexes.map(({ value }) => value)
  return rowsOf(
    pool,
    Prisma.sql`
    select i.person, s.surrogate, array_agg(i.kind order by i.kind) as kinds
    from unnest(${kinds}::text[], ${values}::bytea[]) as given(kind, value)
    join intake.person_index i on i.kind = given.kind and i.version = ${blindIndexVersion}::smallint and i.value = given.value
    join intake.person p on p.id = i.person and p.organisation = ${organisation}
    left join intake.audit_surrogate s on s.person = p.id
    group by i.person, s.surrogate order by count(*) desc, i.person limit ${maxFound}`,
  )
}
