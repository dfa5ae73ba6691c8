import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import {
  accessTopicOf,
  annotationKeywords,
  CloudEventEnvelope,
  eventTypes,
  factTopicsOf,
  partnerEventTypes,
  personalPaths,
  purposeCodes,
  purposes,
  ReferralSubmittedData,
  roles,
  type ServiceName,
  schemaFor,
  serviceNames,
  topics,
} from '../src/index.ts'

// as the services validate requests
const ajv = new Ajv({ allErrors: true, coerceTypes: false, removeAdditional: false })
addFormats.default(ajv)
ajv.addVocabulary([...annotationKeywords])
const valid = (schema: object, value: unknown) => {
  const byAjv = ajv.validate(schema, value)
  expect(Value.Check(schema as never, value)).toBe(byAjv)
  return byAjv
}

describe('facts', () => {
  test('every type is past tense and versioned, once, on a topic of its owner', () => {
    expect(new Set(eventTypes.map(event => event.type)).size).toBe(eventTypes.length)
    for (const event of eventTypes) {
      expect(event.type).toMatch(/^haven(\.[a-z]+){2,3}\.[a-z]+\.v[1-9][0-9]*$/)
      expect(factTopicsOf(event.owner as ServiceName).map(topic => topic.name)).toContain(event.topic)
      expect(schemaFor(event.type)).toBe(event.schema)
    }
  })

  test('carry only opaque ids, states, codes and what is sealed in clear', () => {
    const members = eventTypes.flatMap(event => Object.keys(event.schema.properties))
    expect([...new Set(members)].sort()).toEqual([
      'case',
      'partner',
      'reason',
      'receipt',
      'referral',
      'sealed',
      'state',
      'type',
    ])
    expect(eventTypes.flatMap(event => personalPaths(event.schema))).toEqual([])
  })

  test('a reason is a code and never a sentence', () => {
    const rejected = schemaFor('haven.intake.inbound.rejected.v1')!
    const receipt = '0190a7c0-0000-7000-8000-000000000001'
    expect(valid(rejected, { receipt, reason: 'referral-unknown' })).toBe(true)
    expect(valid(rejected, { receipt, reason: 'No such referral of Jane' })).toBe(false)
  })

  test('a reader ignores members that it does not know', () => {
    const held = schemaFor('haven.intake.inbound.held.v1')!
    expect(valid(held, { receipt: '0190a7c0-0000-7000-8000-000000000001', later: 1 })).toBe(true)
  })

  test('a type that nobody declares has no schema', () => {
    expect(schemaFor('haven.intake.case.vanished.v1')).toBeUndefined()
  })
})

describe('topics', () => {
  test('each service has one for its access entries, with the one partition of its chain', () => {
    for (const service of serviceNames)
      expect(topics.filter(({ name }) => name === accessTopicOf(service))).toMatchObject([
        { owner: service, partitions: 1 },
      ])
  })

  test('of access entries are no streams of facts', () => {
    for (const service of serviceNames)
      expect(factTopicsOf(service).map(({ name }) => name)).not.toContain(accessTopicOf(service))
  })

  test('have valid names, once, and a bounded retention', () => {
    expect(new Set(topics.map(topic => topic.name)).size).toBe(topics.length)
    for (const topic of topics) {
      expect(topic.name).toMatch(/^haven(\.[a-z]+)+$/)
      expect(topic.retentionMs).toBe(1_209_600_000)
      expect(topic.partitions).toBeGreaterThan(0)
    }
  })
})

describe('events of partners', () => {
  test.each(partnerEventTypes.map(type => [type.type, type] as const))(
    'the sample of %s is valid as it stands',
    (_, type) => {
      expect(valid(CloudEventEnvelope, type.sample)).toBe(true)
      expect(valid(type.dataSchema, type.sample.data)).toBe(true)
      expect(type.sample.type).toBe(type.type)
    },
  )

  const sample = () => structuredClone(partnerEventTypes[0]!.sample.data) as Record<string, Record<string, unknown>>

  test('an unknown member is refused wherever it stands', () => {
    for (const place of ['referral', 'person', 'victim'] as const) {
      const data = sample()
      data[place]!.unheardOf = 1
      expect(valid(ReferralSubmittedData, data)).toBe(false)
    }
    expect(valid(ReferralSubmittedData, { ...sample(), unheardOf: 1 })).toBe(false)
  })

  test.each<[string, string, unknown]>([
    ['a picklist value of another case', 'gender', 'feminine'],
    ['a country that does not exist', 'citizenship', ['ZZ']],
    ['a country twice', 'citizenship', ['KZ', 'KZ']],
    ['a day that does not exist', 'birthdate', '2001-02-30'],
    ['a blank name', 'firstName', '  '],
    ['a control character', 'secondName', 'A\u0000B'],
    ['half a surrogate pair', 'secondName', 'A\ud800'],
    ['a telephone number without its country', 'mobilePhone', '05551234567'],
    ['a language by name', 'primaryLanguage', 'Kazakh'],
    ['null for absent', 'email', null],
  ])('%s is refused', (_, member, value) => {
    const data = sample()
    data.person![member] = value
    expect(valid(ReferralSubmittedData, data)).toBe(false)
  })

  test('names of any script are taken', () => {
    for (const name of ['İpek', 'Øyvind', "N'Diaye", '小明', 'محمد', '👋🏽']) {
      const data = sample()
      data.person!.firstName = name
      expect(valid(ReferralSubmittedData, data)).toBe(true)
    }
  })

  test('a long blank text is refused in time that grows with its length only', () => {
    const data = sample()
    data.person!.firstName = ' '.repeat(60_000)
    data.referral!.details = ' '.repeat(60_000)
    // The fastest of three: a busy machine slows one down, backtracking all of them.
    const took = [1, 2, 3].map(() => {
      const started = performance.now()
      expect(valid(ReferralSubmittedData, data)).toBe(false)
      return performance.now() - started
    })
    expect(Math.min(...took)).toBeLessThan(500)
  })

  test('everything about the person is marked personal', () => {
    const { person, victim } = ReferralSubmittedData.properties
    const paths = personalPaths(ReferralSubmittedData)
    for (const name of Object.keys(person.properties)) expect(paths).toContain(`person.${name}`)
    for (const name of Object.keys(victim.properties)) expect(paths).toContain(`victim.${name}`)
    expect(paths).toEqual(expect.arrayContaining(['reference', 'referral.details']))
  })
})

describe('the envelope', () => {
  const sample = partnerEventTypes[0]!.sample

  test('takes extension attributes of any valid name', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9]{1,20}$/),
        fc.oneof(fc.integer(), fc.boolean(), fc.constant('x')),
        (name, value) => {
          fc.pre(!(name in CloudEventEnvelope.properties))
          expect(valid(CloudEventEnvelope, { ...sample, [name]: value })).toBe(true)
        },
      ),
    )
  })

  test.each<[string, object]>([
    ['an extension with a capital', { Partner: 'x' }],
    ['an extension that is an object', { partner: {} }],
    ['data_base64', { data_base64: 'e30=' }],
    ['another version', { specversion: '0.3' }],
    ['an empty id', { id: '' }],
    ['a time that is none', { time: 'yesterday' }],
    ['data that is not JSON', { datacontenttype: 'application/xml' }],
    ['a source that is no URI reference', { source: 'not a uri' }],
  ])('refuses %s', (_, change) => {
    expect(valid(CloudEventEnvelope, { ...sample, ...change })).toBe(false)
  })
})

describe('purposes', () => {
  test('each has a legal basis with a citation or consent and known roles', () => {
    for (const code of purposeCodes) {
      expect(purposes[code].legalBasis).toMatch(/art/)
      expect(purposes[code].roles.length).toBeGreaterThan(0)
      expect(purposes[code].roles.filter(role => !roles.includes(role))).toEqual([])
    }
    expect(Object.keys(purposes).sort()).toEqual([...purposeCodes].sort())
  })

  test('a partner claims none, every person some', () => {
    const claimable = (role: string) =>
      purposeCodes.filter(code => (purposes[code].roles as readonly string[]).includes(role))
    expect(claimable('partner')).toEqual([])
    for (const role of roles.filter(role => role !== 'partner')) expect(claimable(role)).not.toEqual([])
  })
})
