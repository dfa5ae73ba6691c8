import { randomUUID } from 'node:crypto'
import { blindIndexVersion } from '@haven/vault'
import type { IdentifierKind } from '../domain/duplicates.ts'
import type { Tx } from './client.ts'

/** A blind index: a kind and the 32 bytes that stand for its value. */
export interface BlindIndex {
  kind: IdentifierKind
  value: Buffer
}

interface NewPerson {
  id: string
  organisation: string
  sealed: Buffer
  causedBy: string
  createdAt: Date
  indexes: BlindIndex[]
}

/**
 * Adds a person and flags who may be the same one, both ways round, among the people of the same organisation. Gives back the person's audit surrogate.
 */
export async function addPerson(tx: Tx, { indexes, ...person }: NewPerson): Promise<string> {
  const surrogate = randomUUID()
  await tx.person.create({
    data: { ...person, sealed: Uint8Array.from(person.sealed), surrogate: { create: { surrogate } } },
  })
  await addIndexes(tx, person, indexes)
  return surrogate
}

async function addIndexes(tx: Tx, person: Omit<NewPerson, 'indexes'>, indexes: BlindIndex[]): Promise<void> {
  if (indexes.length === 0) return
  await lockIndexes(tx, indexes)
  await tx.personIndex.createMany({
    data: indexes.map(({ kind, value }) => ({
      personId: person.id,
      kind,
      version: blindIndexVersion,
      value: Uint8Array.from(value),
    })),
  })
  await flagDuplicates(tx, person)
}

// Two records of one person may arrive at once in two partitions; without a lock neither transaction would see the other's
// index. Taken in one order, so that two people with two things in common do not wait for each other.
async function lockIndexes(tx: Tx, indexes: BlindIndex[]): Promise<void> {
  const keys = indexes.map(({ value }) => value.readBigInt64BE(0)).sort((a, b) => (a < b ? -1 : 1))
  await tx.$executeRaw`select pg_advisory_xact_lock(key) from unnest(${keys}::bigint[]) as key`
}

// At most 100, those with most in common first: a hotline's own number given for everyone must not make rows by the square.
async function flagDuplicates(tx: Tx, { id, organisation }: { id: string; organisation: string }): Promise<void> {
  await tx.$executeRaw`
    with match as (
      select other.person, array_agg(other.kind order by other.kind) as kinds
      from intake.person_index mine
      join intake.person_index other using (kind, version, value)
      join intake.person on person.id = other.person and person.organisation = ${organisation}
      where mine.person = ${id}::uuid and other.person <> mine.person
      group by other.person
      order by count(*) desc, other.person
      limit 100
    )
    insert into intake.possible_duplicate (person, other, kinds)
    select ${id}::uuid, person, kinds from match
    union all
    select person, ${id}::uuid, kinds from match`
}
