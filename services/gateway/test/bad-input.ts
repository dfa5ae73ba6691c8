import { gzipSync } from 'node:zlib'
import type { InjectOptions } from 'fastify'
import { batch, binary, planted, structured, submitted, withdrawn } from './harness.ts'

// Everything that was tried, on every route. Each request carries what identifies the planted person wherever it has room for it.

/** What was tried, the request, and its answer: status, code, and pointers that the answer has to name. */
export type Row = [what: string, request: InjectOptions, status: number, code: string, ...pointers: string[]]

const { firstName: name, identityNumber: number, reference } = planted
const id = '01980000-0000-7000-8000-000000000001'

const post = (payload: string | Buffer, type: string = structured): InjectOptions => ({
  method: 'POST',
  url: '/events',
  payload,
  headers: { 'content-type': type },
})
const event = (change: object) => JSON.stringify({ ...submitted(), ...change })
const data = (change: object) => event({ data: { ...(submitted().data as object), ...change } })
const part = (room: string, change: object) =>
  data({ [room]: { ...(submitted().data as Record<string, object>)[room], ...change } })

/** What no event can be read from: refused by both routes that take events. */
export const unreadable: Row[] = [
  ['no body', { method: 'POST', url: '/events', headers: { 'x-name': name } }, 415, 'unsupported-media-type'],
  ['an empty body', post(''), 400, 'malformed-json'],
  ['no JSON', post(name), 400, 'malformed-json'],
  ['half a document', post(event({}).slice(0, -20)), 400, 'malformed-json'],
  ['a key named twice', post(`{"id":"${number}",${event({}).slice(1)}`), 400, 'malformed-json'],
  ['a __proto__ key', post(`{"__proto__":{"${name}":1}}`), 400, 'malformed-json'],
  ['bytes that are not UTF-8', post(Buffer.from(event({ subject: `${name}\u00eb` }), 'latin1')), 400, 'malformed-json'],
  ['too deep', post(`{"data":${'['.repeat(40)}"${name}"${']'.repeat(40)}}`), 422, 'body-too-deep'],
  ['64 KiB and more', post(event({ subject: name.repeat(7_000) })), 413, 'body-too-large'],
  ['1 MiB and more', post(`["${name.repeat(110_000)}"]`, batch), 413, 'body-too-large'],
  ['501 events', post(`[${'{},'.repeat(500)}{}]`, batch), 413, 'batch-too-long'],
  [
    'a compressed event',
    { ...post(gzipSync(event({}))), headers: { 'content-type': structured, 'content-encoding': 'gzip' } },
    415,
    'unsupported-media-type',
  ],
  ['another media type', post(name, 'text/plain'), 415, 'unsupported-media-type'],
  ['another encoding of events', post(name, 'application/cloudevents+avro'), 415, 'unsupported-media-type'],
  ['plain JSON', post(event({}), 'application/json'), 415, 'unsupported-media-type'],
  ['a batch that is an object', post(event({}), batch), 422, 'validation-failed', ''],
  ['an empty batch', post('[]', batch), 422, 'batch-empty'],
]

const wrong = (what: string, payload: string, ...pointers: string[]): Row => [
  what,
  post(payload),
  422,
  'validation-failed',
  ...pointers,
]

/** What is wrong with a single event: refused alone and in a batch, and a finding of validation. */
export const wrongEvents: Row[] = [
  wrong('no object', JSON.stringify(name), ''),
  wrong('an array', `[["${name}"]]`, ''),
  wrong('null', 'null', ''),
  wrong('an empty object', '{}', '/specversion', '/id', '/source', '/type'),
  wrong('another version', event({ specversion: name }), '/specversion'),
  wrong('an empty id', event({ id: '' }), '/id'),
  wrong('a numeric id', event({ id: 17 }), '/id'),
  wrong('a long id', event({ id: name.repeat(30) }), '/id'),
  wrong('an id with a control character', event({ id: `${number}\u0000` }), '/id'),
  wrong('half a character', `${event({}).slice(0, -1)},"subject":"${name}\\ud800"}`, '/subject'),
  wrong('a source that is no URI', event({ source: `${name} ${number}` }), '/source'),
  [
    "another partner's source",
    post(event({ source: 'urn:partner:northern-light' })),
    403,
    'source-not-registered',
    '/source',
  ],
  ['an unregistered source', post(event({ source: `urn:${name}` })), 403, 'source-not-registered', '/source'],
  ['an unknown type', post(event({ type: name })), 422, 'event-type-unknown', '/type'],
  wrong('a time that is none', event({ time: `${name} o'clock` }), '/time'),
  wrong('a day that does not exist', event({ time: '2020-02-30T00:00:00Z' }), '/time'),
  wrong('another content type of data', event({ datacontenttype: `text/${name}` }), '/datacontenttype'),
  wrong('a schema that is no URI', event({ dataschema: name }), '/dataschema'),
  wrong('bytes in base64', event({ data_base64: Buffer.from(name).toString('base64') }), '/data_base64'),
  wrong('an extension in capitals', event({ [name]: number }), ''),
  wrong('an extension that is an object', event({ ext: { [name]: number } }), '/*'),
  wrong('no data', event({ data: undefined }), '/data'),
  wrong('data that is text', event({ data: name }), '/data'),
  wrong('an unknown property', data({ [name]: number }), '/data'),
  wrong('no reference', data({ reference: undefined }), '/data/reference'),
  wrong('a blank reference', data({ reference: '  ' }), '/data/reference'),
  wrong('an unknown source of referral', part('referral', { source: name }), '/data/referral/source'),
  wrong(
    'no organisation',
    part('referral', { referringOrganisation: undefined }),
    '/data/referral/referringOrganisation',
  ),
  wrong('consent that is a word', part('referral', { consent: { given: name } }), '/data/referral/consent/given'),
  wrong('a long story', part('referral', { details: `${reference} `.repeat(400) }), '/data/referral/details'),
  wrong('a name that is an object', part('person', { firstName: { [name]: number } }), '/data/person/firstName'),
  wrong('a birth date that is none', part('person', { birthdate: name }), '/data/person/birthdate'),
  wrong('a country that is none', part('person', { citizenship: [name] }), '/data/person/citizenship/0'),
  wrong('a country named twice', part('person', { citizenship: ['KZ', 'KZ'] }), '/data/person/citizenship'),
  wrong('a telephone number that is none', part('person', { mobilePhone: number }), '/data/person/mobilePhone'),
  wrong('an address that is none', part('person', { email: name }), '/data/person/email'),
  wrong('an unknown property of the person', part('person', { [number]: name }), '/data/person'),
  wrong('an age that is none', part('victim', { ageWhenTrafficked: -1 }), '/data/victim/ageWhenTrafficked'),
  wrong(
    'an exploitation that is none',
    part('victim', { typeOfExploitation: [name] }),
    '/data/victim/typeOfExploitation/0',
  ),
]

const wrongBinary = (what: string, headers: object, pointer: string, payload?: string): Row => {
  const sent = binary(withdrawn())
  const all = { ...sent.headers, ...headers }
  return [what, { ...post(payload ?? sent.payload), headers: all }, 422, 'validation-failed', pointer]
}

/** What is wrong with an event in binary mode. */
export const wrongBinaryEvents: Row[] = [
  wrongBinary('a header sent twice', { 'ce-id': [number, name] }, '/id'),
  wrongBinary('a header that is not percent-encoded', { 'ce-subject': `100%${name}` }, '/subject'),
  wrongBinary('a header in Latin-1', { 'ce-subject': `${name}\u00eb` }, '/subject'),
  wrongBinary('an extension that may not be named so', { [`ce-${name}_x`]: number }, ''),
  wrongBinary('data in a header', { 'ce-data': name }, '/data'),
  wrongBinary('a content type in a ce- header', { 'ce-datacontenttype': name }, '/datacontenttype'),
  wrongBinary('data that is text', {}, '/data', JSON.stringify(name)),
]

const lookup = (payload: string, type = 'application/json'): InjectOptions => ({
  ...post(payload, type),
  url: '/receipts/lookup',
})
const pair = '{"source":"s","id":"1"}'

/** What is asked wrongly of the other routes. */
export const wrongRequests: Row[] = [
  ['an unknown state', { url: `/receipts?state=${name}` }, 422, 'validation-failed', '/state'],
  ['a limit of nothing', { url: '/receipts?limit=0' }, 422, 'validation-failed', '/limit'],
  ['a limit that is a name', { url: `/receipts?limit=${name}` }, 422, 'validation-failed', '/limit'],
  ['an order that is none', { url: `/receipts?order=${name}` }, 422, 'validation-failed', '/order'],
  ['a cursor that is none', { url: `/receipts?cursor=${name}` }, 422, 'validation-failed', '/cursor'],
  ['an unknown filter', { url: `/receipts?${name}=${number}` }, 422, 'validation-failed', ''],
  ['a receipt id that is none', { url: `/receipts/${name}` }, 422, 'validation-failed', '/id'],
  ['a query on a receipt', { url: `/receipts/${id}?${name}=1` }, 422, 'validation-failed', ''],
  ['a receipt that is not there', { url: `/receipts/${id}` }, 404, 'not-found'],
  ['an address that is too long', { url: `/receipts/${name.repeat(60)}` }, 414, 'address-too-long'],
  ['an address that cannot be decoded', { url: `/receipts/%zz${name}` }, 400, 'malformed-request'],
  ['lookup without a body', lookup(''), 400, 'malformed-json'],
  ['lookup of no JSON', lookup(name), 400, 'malformed-json'],
  ['lookup in another media type', lookup(name, structured), 415, 'unsupported-media-type'],
  ['lookup of nothing', lookup('{"events":[]}'), 422, 'validation-failed', '/events'],
  ['lookup without a source', lookup(`{"events":[{"id":"${number}"}]}`), 422, 'validation-failed', '/events/0/source'],
  [
    'lookup by something else',
    lookup(`{"events":[{"source":"s","id":"1","${name}":1}]}`),
    422,
    'validation-failed',
    '/events/0',
  ],
  ['lookup of 501', lookup(`{"events":[${`${pair},`.repeat(500)}${pair}]}`), 422, 'validation-failed', '/events'],
  ['lookup of more than 1 MiB', lookup(`{"events":"${name.repeat(110_000)}"}`), 413, 'body-too-large'],
  ['an unknown event type', { url: `/event-types/${name}` }, 404, 'not-found'],
  ['the schema of an unknown type', { url: `/event-types/${name}/schema` }, 404, 'not-found'],
  ['a query on the types', { url: `/event-types?${name}=1` }, 422, 'validation-failed', ''],
  ['an address that is not there', { url: `/${name}/${number}` }, 404, 'not-found'],
  ['a method that is not there', { method: 'DELETE', url: `/receipts/${id}` }, 405, 'method-not-allowed'],
]
