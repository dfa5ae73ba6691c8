import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CloudEventEnvelope, eventTypes, partnerEventTypes } from '../src/index.ts'
import { incompatibilities } from './compatibility.ts'

const directory = join(import.meta.dirname, '../schemas')
const released = join(directory, 'released')

const current = new Map<string, object>([
  ['haven.cloud-event', CloudEventEnvelope],
  ...eventTypes.map(event => [event.type, event.schema] as const),
  ...partnerEventTypes.map(event => [event.type, event.dataSchema] as const),
])

const typeOf = (file: string) => file.replace(/\.schema\.json$/, '')
const schemasIn = (folder: string) => readdirSync(folder).filter(file => file.endsWith('.schema.json'))
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

const rendered = (type: string, schema: object) =>
  `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', $id: `urn:haven:schema:${type}`, ...strip(schema) }, null, 2)}\n`
const strip = ({ $id: _, ...schema }: { $id?: string }) => schema

describe('the committed schemas', () => {
  test.each([...current])(
    '%s is what the code says (write anew: vitest run --project generated packages/contracts -u)',
    async (type, schema) => {
      await expect(rendered(type, schema)).toMatchFileSnapshot(join(directory, `${type}.schema.json`))
    },
  )

  test('there is one for each type and none for a type that is gone', () => {
    expect(schemasIn(directory).map(typeOf).sort()).toEqual([...current.keys()].sort())
  })
})

describe('a released schema', () => {
  test('only gains optional members', () => {
    const broken = readdirSync(released, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .flatMap(version =>
        schemasIn(join(released, version.name)).flatMap(file => {
          const now = current.get(typeOf(file))
          if (now === undefined) return [`${version.name} ${typeOf(file)}: removed`]
          const before = read(join(released, version.name, file))
          return incompatibilities(before, JSON.parse(JSON.stringify(now))).map(
            broke => `${version.name} ${typeOf(file)}${broke}`,
          )
        }),
      )
    expect(broken).toEqual([])
  })

  const schema = {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'string', maxLength: 10 },
      place: { type: 'object', properties: { city: { type: 'string' } } },
    },
  }
  const changed = (edit: (copy: typeof schema & Record<string, never>) => void) => {
    const copy = structuredClone(schema)
    edit(copy as never)
    return incompatibilities(schema, copy)
  }

  test('may gain an optional member and better words', () => {
    expect(changed(copy => Object.assign(copy.properties, { note: { type: 'string' } }))).toEqual([])
    expect(changed(copy => Object.assign(copy.properties.id, { description: 'the id' }))).toEqual([])
  })

  test.each<[string, (copy: typeof schema) => void, string]>([
    ['a new required member', copy => copy.required.push('place'), ': what is required changed'],
    ['a member that is no longer promised', copy => copy.required.pop(), ': what is required changed'],
    ['a removed member', copy => Reflect.deleteProperty(copy.properties, 'place'), '/place: removed'],
    [
      'a removed member further down',
      copy => Reflect.deleteProperty(copy.properties.place.properties, 'city'),
      '/place/city: removed',
    ],
    ['a narrower value', copy => Object.assign(copy.properties.id, { maxLength: 9 }), '/id: maxLength changed'],
    ['a wider value', copy => Object.assign(copy.properties.id, { maxLength: 11 }), '/id: maxLength changed'],
    ['another type', copy => Object.assign(copy.properties.id, { type: 'integer' }), '/id: type changed'],
    [
      'a member that is no longer personal',
      copy => Object.assign(copy.properties.id, { 'x-personal': true }),
      '/id: x-personal changed',
    ],
  ])('may not get %s', (_, edit, finding) => {
    expect(changed(edit as never)).toEqual([finding])
  })
})
