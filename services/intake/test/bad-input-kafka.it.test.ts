import { randomUUIDv7 } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealedEventType } from '@haven/contracts'
import { initKeys, type Jwks, readJwks, sealFor } from '@haven/vault'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { partner, submitted } from './fixtures.ts'
import { intake } from './harness.ts'
import { onKafka, type Sent, until } from './kafka.ts'

const planted = { firstName: 'Plantagenia', secondName: 'Quillfeather', email: 'quillfeather@invented.example' }
const type = 'haven.partner.referral.submitted.v1'
const typ = sealedEventType

let world: Awaited<ReturnType<typeof intake>>
let kafka: Awaited<ReturnType<typeof onKafka>>
let foreignKeys: Jwks
beforeAll(async () => {
  world = await intake()
  kafka = await onKafka(world)
  const directory = await mkdtemp(join(tmpdir(), 'haven-foreign-keys-'))
  await initKeys(directory, { services: ['intake'] })
  foreignKeys = await readJwks(join(directory, 'public/intake.jwks.json'))
  await rm(directory, { recursive: true })
})
afterAll(async () => {
  await kafka.close()
  await world.close()
})

const event = (data: object = {}) => {
  const sample = submitted()
  return { ...sample, data: { ...sample.data, person: planted, ...data } }
}
const sealed = (content: unknown, options: { keys?: Jwks; typ?: string } = {}) => {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))
  return sealFor(options.keys ?? world.published, bytes, { typ: options.typ ?? typ })
}
const data = (parts: object) => Buffer.from(JSON.stringify({ receipt: randomUUIDv7(), partner, type, ...parts }))
const flipped = (jwe: string) =>
  jwe.replace(/\.([^.]+)$/, (_, tag: string) => `.${tag[0] === 'A' ? 'B' : 'A'}${tag.slice(1)}`)
/** The event with a member nested that deep, written by hand: JSON.stringify would give up. */
const nested = (levels: number) =>
  Buffer.from(JSON.stringify(event({ victim: 'here' })).replace('"here"', '['.repeat(levels) + ']'.repeat(levels)))

const malformed: [name: string, cause: string, make: () => Promise<Sent> | Sent][] = [
  ['bytes that are no text', 'event-malformed', () => ({ value: Buffer.from([0xff, 0xfe, 0x00, 0x80]) })],
  ['text that is no JSON', 'event-malformed', () => ({ value: Buffer.from('{"receipt":') })],
  ['JSON that is no object', 'event-malformed', () => ({ value: Buffer.from('[1,2]') })],
  [
    'no organisation',
    'event-malformed',
    async () => ({ headers: { ce_organisation: undefined }, value: data({ sealed: await sealed(event()) }) }),
  ],
  [
    'no type',
    'event-malformed',
    async () => ({ headers: { ce_type: undefined }, value: data({ sealed: await sealed(event()) }) }),
  ],
  [
    'a time that is none',
    'event-malformed',
    async () => ({ headers: { ce_time: 'yesterday' }, value: data({ sealed: await sealed(event()) }) }),
  ],
  [
    'a type that nobody declares',
    'fact-type-unknown',
    async () => ({
      headers: { ce_type: 'haven.partner.inbound.accepted.v9' },
      value: data({ sealed: await sealed(event()) }),
    }),
  ],
  ['nothing sealed', 'inbound-invalid', () => ({ value: data({}) })],
  ['sealed text that is no JWE', 'inbound-invalid', () => ({ value: data({ sealed: 'not a JWE' }) })],
  [
    'no partner',
    'inbound-invalid',
    async () => ({ value: data({ partner: undefined, sealed: await sealed(event()) }) }),
  ],
  [
    'a receipt that is no id',
    'inbound-invalid',
    async () => ({ value: data({ receipt: '../../etc', sealed: await sealed(event()) }) }),
  ],
  ['five parts that are no JWE', 'ciphertext-invalid', () => ({ value: data({ sealed: 'a.b.c.d.e' }) })],
  [
    'a JWE for other keys',
    'key-unknown',
    async () => ({ value: data({ sealed: await sealed(event(), { keys: foreignKeys }) }) }),
  ],
  [
    'a JWE that was changed',
    'ciphertext-invalid',
    async () => ({ value: data({ sealed: flipped(await sealed(event())) }) }),
  ],
  [
    'a JWE of something else',
    'ciphertext-invalid',
    async () => ({ value: data({ sealed: await sealed(event(), { typ: 'jwt' }) }) }),
  ],
  [
    'a JWE beyond every limit',
    'ciphertext-invalid',
    async () => ({ value: data({ sealed: (await sealed(event())).replace(/\.([^.]+)$/, `.${'A'.repeat(700_000)}`) }) }),
  ],
  [
    'sealed bytes that are no text',
    'content-not-json',
    async () => ({ value: data({ sealed: await sealed(Buffer.from([0xff, 0x00])) }) }),
  ],
  [
    'sealed text that is no JSON',
    'content-not-json',
    async () => ({ value: data({ sealed: await sealed(Buffer.from(`{"name":"${planted.firstName}`)) }) }),
  ],
  ['a sealed list', 'event-invalid', async () => ({ value: data({ sealed: await sealed([event()]) }) })],
  [
    'a sealed event without id',
    'event-invalid',
    async () => ({ value: data({ sealed: await sealed({ ...event(), id: undefined }) }) }),
  ],
  [
    'a sealed event of another version',
    'event-invalid',
    async () => ({ value: data({ sealed: await sealed({ ...event(), specversion: '0.3' }) }) }),
  ],
  [
    'a sealed event of another type than said',
    'event-type-differs',
    async () => ({ value: data({ type: 'haven.partner.referral.withdrawn.v1', sealed: await sealed(event()) }) }),
  ],
  [
    'a type that intake does not take',
    'event-type-unknown',
    async () => ({
      value: data({
        type: 'haven.partner.other.v1',
        sealed: await sealed({ ...event(), type: 'haven.partner.other.v1' }),
      }),
    }),
  ],
  [
    'no data',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed({ ...event(), data: undefined }) }) }),
  ],
  [
    'data without a reference',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed(event({ reference: undefined })) }) }),
  ],
  [
    'a birthdate that is none',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed(event({ person: { ...planted, birthdate: '1990-02-30' } })) }) }),
  ],
  [
    'a country that is none',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed(event({ person: { ...planted, citizenship: ['ZZ'] } })) }) }),
  ],
  [
    'a name with NUL',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed(event({ person: { ...planted, middleName: 'a\0b' } })) }) }),
  ],
  [
    'a name with half a character',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed(event({ person: { ...planted, middleName: '\ud800' } })) }) }),
  ],
  [
    'details nested without end',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed(nested(50_000)) }) }),
  ],
  [
    'details that are too long',
    'event-data-invalid',
    async () => ({ value: data({ sealed: await sealed(event({ reference: 'x'.repeat(201) })) }) }),
  ],
]

describe('what comes by Kafka and cannot be applied', () => {
  test.each(malformed)(
    '%s is parked as %s, held on its receipt, and leaves nothing half-written',
    async (_name, cause, make) => {
      const before = [await world.count('person'), await world.count('referral')]
      const subject = randomUUIDv7()
      const sent = await make()
      const fact = await kafka.send({ subject, ...sent })
      const parked = await until(kafka.parked, rows => rows.some(row => row.factId === fact))
      expect(parked.find(row => row.factId === fact)?.cause).toBe(cause)
      expect([await world.count('person'), await world.count('referral')]).toEqual(before)
      const answer = await world.deps.store.inbound.findUniqueOrThrow({ where: { fact } })
      expect(answer.answer).toBe('held')
      const [answered] = (await world.facts()).filter(({ key }) => key === answer.receipt)
      expect([answered?.type, answered?.data]).toEqual(['haven.intake.inbound.held.v1', { receipt: answer.receipt }])
    },
  )

  test.each([
    ['no stream', { 'haven-stream': undefined }],
    ['a stream of another partition', { 'haven-stream': 'gateway/1/haven.partner.inbound/5' }],
    ['a number that is none', { 'haven-seq': '-1' }],
    ['no id', { ce_id: undefined }],
  ])('a record with %s belongs to no stream and is passed over', async (_name, headers) => {
    const foreign = kafka.consumer.state().foreign
    await kafka.sendForeign({ headers, value: data({ sealed: await sealed(event()) }) })
    await until(
      async () => kafka.consumer.state().foreign,
      count => count === foreign + 1,
    )
  })

  test('keeps nothing back: what is well-formed is applied after all of it', async () => {
    const receipt = randomUUIDv7()
    const fact = await kafka.send({ value: data({ receipt, sealed: await sealed(event()) }) })
    const answer = await until(
      () => world.deps.store.inbound.findUnique({ where: { fact } }),
      row => row?.answer === 'applied',
    )
    expect(answer?.receipt).toBe(receipt)
    const outgoing = await until(
      () => kafka.records('haven.intake.inbound'),
      rows => rows.some(row => row.key === receipt && row.value !== null),
    )
    expect(outgoing.some(row => row.headers.ce_type === 'haven.intake.inbound.applied.v1' && row.key === receipt)).toBe(
      true,
    )
  })

  test('and who is named in it stands in no table, no log line and no topic in clear', async () => {
    const places = [
      ...(await world.everything()),
      ...world.lines,
      ...(await Promise.all(kafka.topics.map(kafka.records)))
        .flat()
        .map(({ key, headers, value }) => JSON.stringify([key, headers, value?.toString('latin1')])),
    ]
    expect(places.length).toBeGreaterThan(100)
    for (const word of Object.values(planted)) expect(places.filter(place => holds(place, word))).toEqual([])
  })
})

/** In clear, in base64 (any of its three phases) or in hexadecimal. */
function holds(place: string, word: string): boolean {
  const bytes = Buffer.from(word)
  const phases = [0, 1, 2].map(skip =>
    Buffer.concat([Buffer.alloc(skip), bytes])
      .toString('base64')
      .slice(skip === 0 ? 0 : 4, -4),
  )
  return [word, bytes.toString('hex'), ...phases].some(form => place.toLowerCase().includes(form.toLowerCase()))
}
