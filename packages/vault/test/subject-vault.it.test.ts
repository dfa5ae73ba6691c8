import { createSecretKey, randomBytes } from 'node:crypto'
import { createPool, migrate, provision } from '@haven/db'
import { testServices } from '@haven/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBytes } from '../src/cipher.ts'
import { framed } from '../src/framing.ts'
import { createSubjectVault, type SubjectVault, vaultMigrations } from '../src/index.ts'
import { unwrapKey } from '../src/key-wrap.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const passwords = { migrator: 'suite', app: 'suite', relay: 'suite', reader: 'suite' }
const newKek = (kid: string) => ({ kid, key: createSecretKey(randomBytes(32)), createdAt: '2026-01-01T00:00:00Z' })
const kek = newKek('first')
const context = 'intake.person'
const person = { firstName: 'Invented', secondName: 'Person', citizenship: ['XX'] }

describe('subject vault', () => {
  const database = `vaultsuite_${randomBytes(6).toString('hex')}`
  let pool: pg.Pool
  let admin: pg.Client
  let owner: pg.Client
  let vault: SubjectVault
  beforeAll(async () => {
    const { adminUrl } = testServices()
    const urls = await provision({ adminUrl, database, service: 'vaultsuite', schemas: ['vault'], passwords })
    await migrate({ url: urls.migrator, sources: [vaultMigrations] })
    pool = createPool({ url: urls.app, applicationName: 'suite', log: silent })
    vault = createSubjectVault({ pool, kek })
    admin = new pg.Client({ connectionString: adminUrl })
    owner = new pg.Client({ connectionString: urls.migrator })
    await Promise.all([admin.connect(), owner.connect()])
    await owner.query('set role vaultsuite_owner')
  })
  afterAll(async () => {
    await Promise.all([pool.end(), owner.end()])
    await admin.query(`drop database ${database} with (force)`)
    await admin.end()
  })
  const sealedPeople = async (count: number) => {
    const subjects = await vault.createSubjects(count)
    return Promise.all(
      subjects.map(async subject => ({
        subject,
        context,
        sealed: await vault.seal(subject, { ...person, subject }, context),
      })),
    )
  }
  /** Statements that reach the database while `fn` runs. */
  const statements = async (fn: () => Promise<unknown>) => {
    let count = 0
    const query = (...args: [string]) => {
      count++
      return pool.query(...args)
    }
    const counting = new Proxy(pool, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) })
    vault = createSubjectVault({ pool: counting, kek })
    await fn().finally(() => {
      vault = createSubjectVault({ pool, kek })
    })
    return count
  }

  test('what was sealed opens for its subject and context, and is nowhere in clear', async () => {
    const [value] = await sealedPeople(1)
    expect(await vault.open(value!.subject, value!.sealed, context)).toEqual({ ...person, subject: value!.subject })
    expect(value!.sealed.includes('Invented')).toBe(false)
  })

  test('a value moved to another subject or another context does not open', async () => {
    const [one, other] = await sealedPeople(2)
    await expect(vault.open(other!.subject, one!.sealed, context)).rejects.toMatchObject({ code: 'ciphertext-invalid' })
    await expect(vault.open(one!.subject, one!.sealed, 'intake.referral')).rejects.toMatchObject({
      code: 'ciphertext-invalid',
    })
  })

  test('a sealed value is what its format says, subject and context bound into it', async () => {
    const [value] = await sealedPeople(1)
    const row = await owner.query('select wrapped from vault.subject_key where subject = $1', [value!.subject])
    const key = unwrapKey(kek, value!.subject, row.rows[0].wrapped)
    const opened = openBytes(key, value!.sealed, framed(['haven/attributes', value!.subject, context]))
    expect(JSON.parse(opened.toString())).toEqual({ ...person, subject: value!.subject })
  })

  test('many subjects are made, and many values opened, in one statement each', async () => {
    const people = await sealedPeople(50)
    expect(new Set(people.map(value => value.subject)).size).toBe(50)
    expect(people[0]!.subject).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(await statements(() => vault.createSubjects(1_000))).toBe(1)
    const mixed = [...people, ...people].reverse()
    expect(
      await statements(async () =>
        expect(await vault.openMany(mixed)).toEqual(mixed.map(({ subject }) => ({ ...person, subject }))),
      ),
    ).toBe(1)
    expect(await vault.openMany([])).toEqual([])
  })

  test('once shredded, nothing opens or seals, in this process and in every other one, at once', async () => {
    const [gone, stays] = await sealedPeople(2)
    const elsewhere = createSubjectVault({ pool, kek })
    await elsewhere.open(gone!.subject, gone!.sealed, context)
    await vault.shred(gone!.subject)
    for (const process of [vault, elsewhere]) {
      await expect(process.open(gone!.subject, gone!.sealed, context)).rejects.toMatchObject({ code: 'shredded' })
      await expect(process.seal(gone!.subject, person, context)).rejects.toMatchObject({ code: 'shredded' })
      expect(await process.openMany([gone!, stays!])).toEqual([null, { ...person, subject: stays!.subject }])
    }
  })

  test('shredding destroys the row and leaves a tombstone; again, and by two at once, is no error', async () => {
    const [value] = await sealedPeople(1)
    await Promise.all([vault.shred(value!.subject), vault.shred(value!.subject)])
    await vault.shred(value!.subject)
    const count = (table: string) => owner.query(`select 1 from vault.${table} where subject = $1`, [value!.subject])
    expect([(await count('subject_key')).rowCount, (await count('tombstone')).rowCount]).toEqual([0, 1])
  })

  test('a key that is restored after its subject was shredded is refused', async () => {
    const [value] = await sealedPeople(1)
    const { rows } = await owner.query('select subject, kid, wrapped from vault.subject_key where subject = $1', [
      value!.subject,
    ])
    await vault.shred(value!.subject)
    const { subject, kid, wrapped } = rows[0]
    await expect(
      owner.query('insert into vault.subject_key values ($1, $2, $3)', [subject, kid, wrapped]),
    ).rejects.toMatchObject({ constraint: 'subject_key_not_shredded' })
  })

  test('the service can neither change a key nor take back a tombstone', async () => {
    for (const statement of [
      'update vault.subject_key set kid = kid',
      'delete from vault.tombstone',
      'update vault.tombstone set subject = subject',
      'truncate vault.subject_key',
    ]) {
      await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' })
    }
  })

  test.each(['01980000-0000-7000-8000-000000000000', '01980000-0000-7000-8000-00000000000A', 'nobody', ''])(
    '%j is no subject',
    async subject => {
      const unknown = { code: 'subject-unknown' }
      await expect(vault.seal(subject, person, context)).rejects.toMatchObject(unknown)
      await expect(vault.open(subject, Buffer.alloc(40), context)).rejects.toMatchObject(unknown)
      await expect(vault.shred(subject)).rejects.toMatchObject(unknown)
    },
  )

  test('a subject key moved to another row does not unwrap', async () => {
    const [one, other] = await sealedPeople(2)
    await owner.query(
      'update vault.subject_key set wrapped = (select wrapped from vault.subject_key where subject = $1) where subject = $2',
      [one!.subject, other!.subject],
    )
    await expect(vault.open(other!.subject, one!.sealed, context)).rejects.toMatchObject({ code: 'ciphertext-invalid' })
  })

  test('a service learns before it seals anything that its key-encryption key is not the one of what is there', async () => {
    await sealedPeople(1)
    await expect(createSubjectVault({ pool, kek }).assertOpens()).resolves.toBeUndefined()
    await expect(createSubjectVault({ pool, kek: newKek('made anew') }).assertOpens()).rejects.toMatchObject({
      code: 'key-unknown',
      message: expect.stringContaining('first'),
    })
  })

  test('another key-encryption key is told from a damaged one', async () => {
    const [value] = await sealedPeople(1)
    const open = (other: typeof kek) =>
      createSubjectVault({ pool, kek: other }).open(value!.subject, value!.sealed, context)
    await expect(open(newKek('second'))).rejects.toMatchObject({
      code: 'key-unknown',
      message: expect.stringContaining('first'),
    })
    await expect(open(newKek('first'))).rejects.toMatchObject({ code: 'ciphertext-invalid' })
  })

  test('a value over 256 KiB is refused before it is sealed', async () => {
    const [subject] = await vault.createSubjects(1)
    await expect(vault.seal(subject!, { details: 'x'.repeat(262_144) }, context)).rejects.toMatchObject({
      code: 'plaintext-too-large',
    })
  })

  test.each([0, -1, 1.5, 10_001, Number.NaN])('%d is no number of subjects', async count => {
    await expect(vault.createSubjects(count)).rejects.toThrow(RangeError)
  })
})
