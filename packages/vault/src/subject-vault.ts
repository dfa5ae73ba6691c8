import type { KeyObject } from 'node:crypto'
import type pg from 'pg'
import { openBytes, sealBytes } from './cipher.ts'
import { framed } from './framing.ts'
import { unwrapKey, wrapNewKey } from './key-wrap.ts'
import { isSubjectId, newSubjectId } from './subject-id.ts'
import type { SymmetricKey } from './symmetric-key.ts'
import { maxPlaintextBytes, VaultError } from './vault-error.ts'

/** What a sealed value holds: a JSON object. */
export interface JsonObject {
  [name: string]: unknown
}

/** A sealed value, with what it was sealed for. */
export interface SealedValue {
  subject: string
  sealed: Uint8Array
  context: string
}

export interface SubjectVault {
  /**
   * For a start, before anything is sealed. Throws `key-unknown` when what is there was wrapped by another key-encryption
   * key: a lost file that was made anew would go unnoticed until somebody is read, and seal new people apart from the old.
   */
  assertOpens(): Promise<void>
  /** Makes `count` subjects (1 to 10,000), each with a key of its own, in one statement. Answers their ids, uuid v7. */
  createSubjects(count: number): Promise<string[]>
  /**
   * Makes the subject of an id that the caller derives from what causes it (a lower-case uuid), unless it is there: a
   * repeated attempt finds the key of the first and leaves no second one behind. Throws `shredded`, `subject-unknown`
   * for what is no such uuid.
   */
  ensureSubject(subject: string): Promise<void>
  /**
   * Seals a value for one subject and one context, for instance `intake.person`; both are authenticated, so that a
   * value moved to another row or column does not open. Throws `shredded`, `subject-unknown`, `plaintext-too-large`.
   */
  seal(subject: string, value: JsonObject, context: string): Promise<Buffer>
  /**
   * Opens what `seal` gave for the same subject and context. Throws `shredded`, `subject-unknown`, `key-unknown`,
   * `ciphertext-invalid`.
   */
  open(subject: string, sealed: Uint8Array, context: string): Promise<JsonObject>
  /**
   * Opens many with one statement, in their order; null stands for a shredded subject, so that a list outlives an
   * erasure. Throws as `open`.
   */
  openMany(values: readonly SealedValue[]): Promise<(JsonObject | null)[]>
  /**
   * Destroys the subject's key and leaves a tombstone, in one statement; again is no error. Throws `subject-unknown`.
   */
  shred(subject: string): Promise<void>
}

/**
 * The vault over the database `keys`. Keys are read for each call and not kept: a key in memory would let this process,
 * and every other one that holds it, open what another has shredded (the README has the measured price). Errors of `pg`
 * pass through.
 */
export function createSubjectVault({ pool, kek }: { pool: pg.Pool; kek: SymmetricKey }): SubjectVault {
  const keyOf = async (subject: string): Promise<KeyObject> => {
    const key = (await keysOf(pool, kek, [subject])).get(subject)
    if (key === null) throw shredded()
    return key!
  }
  return {
    assertOpens: () => assertOpens(pool, kek),
    createSubjects: count => createSubjects(pool, kek, count),
    ensureSubject: subject => ensureSubject(pool, kek, subject),
    seal: async (subject, value, context) => {
      const plaintext = Buffer.from(JSON.stringify(value))
      if (plaintext.length > maxPlaintextBytes) {
        throw new VaultError(
          'plaintext-too-large',
          `A value of ${plaintext.length} bytes is over ${maxPlaintextBytes}; split it.`,
        )
      }
      return sealBytes(await keyOf(subject), plaintext, binding(subject, context))
    },
    open: async (subject, sealed, context) => parse(await keyOf(subject), { subject, sealed, context }),
    openMany: async values => {
      const keys = await keysOf(pool, kek, [...new Set(values.map(value => value.subject))])
      return values.map(value => {
        const key = keys.get(value.subject)
        return key === null ? null : parse(key!, value)
      })
    },
    shred: subject => shred(pool, subject),
  }
}

// One row speaks for all: there is one key-encryption key, and looking for a second one would read the whole table.
async function assertOpens(pool: pg.Pool, kek: SymmetricKey): Promise<void> {
  const { rows } = await pool.query<{ kid: string }>('select kid from vault.subject_key limit 1')
  const [first] = rows
  if (first !== undefined && first.kid !== kek.kid) throw otherKek(first.kid, kek)
}

async function createSubjects(pool: pg.Pool, kek: SymmetricKey, count: number): Promise<string[]> {
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new RangeError('createSubjects makes 1 to 10,000 subjects at a time')
  const subjects = Array.from({ length: count }, () => newSubjectId())
  const wrapped = subjects.map(subject => wrapNewKey(kek, subject))
  await pool.query(
    'insert into vault.subject_key (subject, kid, wrapped) select s, $2, w from unnest($1::uuid[], $3::bytea[]) as t (s, w)',
    [subjects, kek.kid, wrapped],
  )
  return subjects
}

async function ensureSubject(pool: pg.Pool, kek: SymmetricKey, subject: string): Promise<void> {
  if (!isSubjectId(subject)) throw unknownSubject()
  try {
    await pool.query(
      'insert into vault.subject_key (subject, kid, wrapped) values ($1, $2, $3) on conflict (subject) do nothing',
      [subject, kek.kid, wrapNewKey(kek, subject)],
    )
  } catch (error) {
    if ((error as { constraint?: unknown }).constraint === 'subject_key_not_shredded') throw shredded()
    throw error
  }
}

interface KeyRow {
  subject: string
  kid: string | null
  wrapped: Buffer | null
  gone: boolean
}

/** The keys of subjects in one statement; null for the shredded. Every subject asked for is in the map. */
async function keysOf(pool: pg.Pool, kek: SymmetricKey, subjects: string[]): Promise<Map<string, KeyObject | null>> {
  if (subjects.length === 0) return new Map()
  if (!subjects.every(isSubjectId)) throw unknownSubject()
  const { rows } = await pool.query<KeyRow>({
    name: 'vault-keys',
    text: `select s as subject, k.kid, k.wrapped, t.subject is not null as gone from unnest($1::uuid[]) as s
           left join vault.subject_key k on k.subject = s left join vault.tombstone t on t.subject = s`,
    values: [subjects],
  })
  return new Map(rows.map(row => [row.subject, row.gone ? null : usableKey(kek, row)]))
}

function usableKey(kek: SymmetricKey, { subject, kid, wrapped }: KeyRow): KeyObject {
  if (wrapped === null) throw unknownSubject()
  if (kid !== kek.kid) throw otherKek(kid, kek)
  return unwrapKey(kek, subject, wrapped)
}

async function shred(pool: pg.Pool, subject: string): Promise<void> {
  if (!isSubjectId(subject)) throw unknownSubject()
  const shredded = await pool.query(
    `with gone as (delete from vault.subject_key where subject = $1 returning subject)
     insert into vault.tombstone (subject) select subject from gone`,
    [subject],
  )
  if (shredded.rowCount === 1) return
  // A statement of its own: who lost a race against another shred sees that one's tombstone only now.
  const { rowCount } = await pool.query('select 1 from vault.tombstone where subject = $1', [subject])
  if (rowCount === 0) throw unknownSubject()
}

function parse(key: KeyObject, { subject, sealed, context }: SealedValue): JsonObject {
  return JSON.parse(openBytes(key, sealed, binding(subject, context)).toString('utf8'))
}

function binding(subject: string, context: string): Buffer {
  return framed(['haven/attributes', subject, context])
}

function otherKek(kid: string | null, held: SymmetricKey): VaultError {
  return new VaultError(
    'key-unknown',
    `A subject's key is wrapped by key-encryption key ${kid}, this process holds ${held.kid}; give it the file of the former.`,
  )
}

function shredded(): VaultError {
  return new VaultError('shredded', 'The key of this subject was destroyed; what it sealed is gone for good.')
}

function unknownSubject(): VaultError {
  return new VaultError(
    'subject-unknown',
    'No such subject has a key here; the database of keys may be older than the one that names it.',
  )
}
