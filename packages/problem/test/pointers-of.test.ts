import { Ajv } from 'ajv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxFieldErrors, pointersOf } from '../src/pointers-of.ts'

const word = { type: 'string', minLength: 2 }
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['reference', 'a/b~c'],
  properties: {
    reference: word,
    'a/b~c': { type: 'integer' },
    state: { anyOf: [{ const: 'open' }, { const: 'closed' }] },
    urgency: { enum: ['routine', 'urgent'] },
    list: { type: 'array', uniqueItems: true, items: { type: 'object', required: ['id'], properties: { id: word } } },
    pair: { type: 'array', items: [word, { type: 'integer' }], minItems: 2, additionalItems: false },
    labels: {
      type: 'object',
      propertyNames: { maxLength: 5 },
      additionalProperties: { type: 'object', properties: { on: { type: 'boolean' } } },
    },
    coded: { type: 'object', patternProperties: { '^x-': { type: 'integer' } } },
    shared: { $ref: '#/definitions/shared' },
    gone: false,
    line: { type: 'string', minLength: 1, pattern: '^[^x]+$', 'x-must': 'be one line' },
    day: { type: 'string', format: 'date' },
    age: { type: 'integer', minimum: 0, maximum: 120 },
    any: { anyOf: [{ type: 'string', minLength: 2 }, { type: 'integer' }, { type: 'boolean' }] },
  },
  definitions: { shared: { type: 'object', properties: { name: word } } },
}
const validate = new Ajv({
  allErrors: true,
  verbose: true,
  strict: false,
  formats: { date: /^\d{4}-\d\d-\d\d$/ },
}).compile(schema)

function errorsOf(value: unknown) {
  return validate(value) ? [] : pointersOf(validate.errors ?? [])
}

const valid = { reference: 'ref', 'a/b~c': 1 }

test.each<[string, unknown, { pointer: string; detail: string }[]]>([
  ['a missing field is named itself', { reference: 'ref' }, [{ pointer: '/a~1b~0c', detail: 'is required' }]],
  ['a wrong type', { ...valid, reference: 7 }, [{ pointer: '/reference', detail: 'must be string' }]],
  [
    'choices are listed, spread over const',
    { ...valid, state: 'ajar' },
    [{ pointer: '/state', detail: 'must be one of open, closed' }],
  ],
  [
    'choices are listed, as enum',
    { ...valid, urgency: 'soon' },
    [{ pointer: '/urgency', detail: 'must be one of routine, urgent' }],
  ],
  ['a place in a list', { ...valid, list: [{ id: 'ok' }, {}] }, [{ pointer: '/list/1/id', detail: 'is required' }]],
  ['a place in a tuple', { ...valid, pair: ['ab', 'x'] }, [{ pointer: '/pair/1', detail: 'must be integer' }]],
  [
    'twice the same item',
    { ...valid, list: [{ id: 'ok' }, { id: 'ok' }] },
    [{ pointer: '/list', detail: 'must not name the same item twice' }],
  ],
  [
    'a made-up name in a map is masked',
    { ...valid, labels: { mary: { on: 'yes' } } },
    [{ pointer: '/labels/*/on', detail: 'must be boolean' }],
  ],
  [
    'a made-up name under a pattern is masked',
    { ...valid, coded: { 'x-mary': 'a' } },
    [{ pointer: '/coded/*', detail: 'must be integer' }],
  ],
  [
    'behind a reference the way is masked',
    { ...valid, shared: { name: 'a' } },
    [{ pointer: '/*/name', detail: 'must have at least 2 characters' }],
  ],
  [
    'what words say stands once, whatever it fails',
    { ...valid, line: '' },
    [{ pointer: '/line', detail: 'must be one line' }],
  ],
  [
    'a format says what to write',
    { ...valid, day: 'x' },
    [{ pointer: '/day', detail: 'must be a day of the calendar as YYYY-MM-DD' }],
  ],
  ['a limit', { ...valid, age: 121 }, [{ pointer: '/age', detail: 'must be at most 120' }]],
  [
    'types of several forms',
    { ...valid, any: 1.5 },
    [{ pointer: '/any', detail: 'must be string, integer or boolean' }],
  ],
  [
    'the form whose type fits',
    { ...valid, any: 'a' },
    [{ pointer: '/any', detail: 'must have at least 2 characters' }],
  ],
  [
    'names that are not allowed',
    { ...valid, labels: { abcdef: {} } },
    [{ pointer: '/labels', detail: 'must have at most 5 characters' }],
  ],
  ['what must not be there', { ...valid, gone: 1 }, [{ pointer: '/gone', detail: 'must be left out' }]],
])('%s', (_name, value, expected) => {
  expect(errorsOf(value)).toEqual(expected)
})

test('an unknown property is refused without its name, with the names that are known', () => {
  const [error] = errorsOf({ ...valid, 'Mary Example': 1 })
  expect(error).toEqual({
    pointer: '',
    detail: expect.stringMatching(/^has a property that is not known here; known are reference, /),
  })
})

test('no name and no value that a caller made up comes back, whatever the document', () => {
  const canary = fc.string({ minLength: 1, maxLength: 8 }).map(text => `canary${text}`)
  const leaf = fc.oneof(canary, fc.constant(41_571_157), fc.boolean(), fc.constant(null))
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree'), { maxLength: 3 }), tie('object')),
    object: fc.dictionary(
      fc.oneof(canary, fc.constantFrom(...Object.keys(schema.properties), 'id', 'on', 'name', 'x-41571157')),
      tie('tree'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  }))
  fc.assert(
    fc.property(tree, value => {
      const said = JSON.stringify(errorsOf(value))
      expect(said).not.toContain('canary')
      expect(said).not.toContain('41571157')
    }),
    { numRuns: 2_000 },
  )
})

test('an answer names at most fifty fields', () => {
  expect(errorsOf({ ...valid, list: Array.from({ length: 500 }, (_, at) => ({ at })) })).toHaveLength(maxFieldErrors)
})
