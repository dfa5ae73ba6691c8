import { testDatabase } from '@haven/testkit'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bigintArray, textArray, timestamptzArray, uuidArray } from '../src/index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let client: pg.Client
beforeAll(async () => {
  database = await testDatabase('audit')
  client = new pg.Client({ connectionString: database.admin })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

/** What PostgreSQL reads there, each value in its own text. */
async function readBack(type: string, values: Buffer): Promise<(string | null)[]> {
  const text = `select coalesce(array_agg(one::text order by n), '{}') as all from unnest($1::${type}[]) with ordinality as t (one, n)`
  return (await client.query(text, [values])).rows[0].all
}

// What PostgreSQL's text cannot hold.
const texts = fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\0', '').toWellFormed())
const cases = [
  ['text', fc.option(texts), textArray, (value: unknown) => value],
  ['bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), bigintArray, String],
  ['uuid', fc.uuid(), uuidArray, (value: unknown) => value],
] as const

test.each(cases)('PostgreSQL reads an array of %s as it was given', async (type, value, arrayOf, textOf) => {
  await fc.assert(
    fc.asyncProperty(fc.array(value as fc.Arbitrary<never>, { maxLength: 20 }), async values => {
      expect(await readBack(type, arrayOf(values))).toEqual(values.map(textOf))
    }),
  )
})

test('PostgreSQL reads an array of times as it was given, to the millisecond', async () => {
  const times = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') })
  await fc.assert(
    fc.asyncProperty(fc.array(times.filter(time => !Number.isNaN(time.getTime()))), async values => {
      const { rows } = await client.query(
        'select (extract(epoch from one) * 1000)::bigint::text as ms from unnest($1::timestamptz[]) with ordinality as t (one, n) order by n',
        [timestamptzArray(values)],
      )
      expect(rows.map(({ ms }) => Number(ms))).toEqual(values.map(Number))
    }),
  )
})

test.each([
  '',
  'no uuid',
  '0196f000-0000-7000-8000-00000000000',
  '0196f000-0000-7000-8000-00000000000g',
  '0196f000-0000-7000-8000-0000000000000',
])('what is no UUID is refused, and no memory sent in its place: %j', value =>
  expect(() => uuidArray([value])).toThrow(RangeError),
)

test('PostgreSQL reads half a character as its replacement', async () => {
  expect(await readBack('text', textArray(['a\ud83d', '\ude00', 'b']))).toEqual(['a\ufffd', '\ufffd', 'b'])
})
