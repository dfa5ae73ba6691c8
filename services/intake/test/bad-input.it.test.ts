import { randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { intake } from './harness.ts'

let world: Awaited<ReturnType<typeof intake>>
let referral: string
let opened: string
beforeAll(async () => {
  world = await intake()
  referral = (await world.refer()).id
  opened = (await world.open('caseworker-1')).case
})
afterAll(() => world.close())

/** Stands in what is sent and may stand in no answer and no log line. */
const planted = 'Quillfeather'
const act = (action: string) => `/referrals/:referral/${action}`
const fine = { reject: { reason: 'other' }, redirect: { to: 'Third Programme' } }

type Row = [what: string, method: 'GET' | 'POST', url: string, expected: [number, string, ...string[]], body?: unknown]
const lists = (url: string): Row[] => [
  ['a limit of none', 'GET', `${url}?limit=0`, [422, 'validation-failed', '/limit']],
  ['a limit beyond 100', 'GET', `${url}?limit=101`, [422, 'validation-failed', '/limit']],
  ['a limit that is no number', 'GET', `${url}?limit=${planted}`, [422, 'validation-failed', '/limit']],
  ['half a limit', 'GET', `${url}?limit=1.5`, [422, 'validation-failed', '/limit']],
  ['an order that is none', 'GET', `${url}?order=${planted}`, [422, 'validation-failed', '/order']],
  ['an order twice', 'GET', `${url}?order=asc&order=desc`, [422, 'validation-failed', '/order']],
  ['a cursor that is none', 'GET', `${url}?cursor=${planted}`, [422, 'validation-failed', '/cursor']],
  ['an empty cursor', 'GET', `${url}?cursor=`, [422, 'validation-failed', '/cursor']],
  ['a cursor of another list', 'GET', `${url}?cursor=${cursor({ after: '1' })}`, [422, 'validation-failed', '/cursor']],
  [
    'a cursor with a time that is none',
    'GET',
    `${url}?cursor=${cursor({ at: planted, id: randomUUIDv7() })}`,
    [422, 'validation-failed', '/cursor'],
  ],
  [
    'a cursor that does more',
    'GET',
    `${url}?cursor=${cursor({ at: new Date(), id: randomUUIDv7(), receiver: 'x' })}`,
    [422, 'validation-failed', '/cursor'],
  ],
  ['a cursor without end', 'GET', `${url}?cursor=${'A'.repeat(2_000)}`, [422, 'validation-failed', '/cursor']],
  ['a filter that does not exist', 'GET', `${url}?${planted}=1`, [422, 'validation-failed']],
]
const details = (url: string): Row[] => [
  ['an id that is none', 'GET', url.replace(/:\w+/, planted), [422, 'validation-failed', '/id']],
  ['an id in capitals', 'GET', url.replace(/:\w+/, randomUUIDv7().toUpperCase()), [422, 'validation-failed', '/id']],
  ['an id with an encoded NUL', 'GET', url.replace(/:\w+/, 'a%00b'), [422, 'validation-failed', '/id']],
  ['an id that is not encoded rightly', 'GET', url.replace(/:\w+/, '%zz'), [400, 'malformed-request']],
  ['an id without end', 'GET', url.replace(/:\w+/, 'a'.repeat(300)), [414, 'address-too-long']],
  ['a parameter that does not exist', 'GET', `${url}?${planted}=1`, [422, 'validation-failed']],
  ['a method that is none of its', 'POST', url, [405, 'method-not-allowed'], {}],
]
const bodies = (action: 'reject' | 'redirect', field: string): Row[] => [
  ['no body', 'POST', act(action), [422, 'validation-failed']],
  ['a body cut short', 'POST', act(action), [400, 'malformed-json'], `{"${field}":"${planted}`],
  ['a body that is no text', 'POST', act(action), [400, 'malformed-json'], Buffer.from([0xff, 0xfe])],
  ['an empty body', 'POST', act(action), [400, 'malformed-json'], ''],
  ['a list', 'POST', act(action), [422, 'validation-failed', ''], [fine[action]]],
  ['null', 'POST', act(action), [422, 'validation-failed', ''], 'null'],
  [
    'a member that does not exist',
    'POST',
    act(action),
    [422, 'validation-failed', ''],
    { ...fine[action], [planted]: planted },
  ],
  ['a number where text belongs', 'POST', act(action), [422, 'validation-failed', `/${field}`], { [field]: 7 }],
  ['nothing in it', 'POST', act(action), [422, 'validation-failed', `/${field}`], {}],
  [
    'a note beyond 4,000 characters',
    'POST',
    act(action),
    [422, 'validation-failed', '/note'],
    { ...fine[action], note: planted.repeat(400) },
  ],
  [
    'a note with NUL',
    'POST',
    act(action),
    [422, 'validation-failed', '/note'],
    { ...fine[action], note: `${planted}\0` },
  ],
  [
    'a note with half a character',
    'POST',
    act(action),
    [422, 'validation-failed', '/note'],
    `{"${field}":"other","note":"\\ud800"}`,
  ],
  [
    'a note that is no text',
    'POST',
    act(action),
    [422, 'validation-failed', '/note'],
    { ...fine[action], note: [planted] },
  ],
  [
    'the same member twice',
    'POST',
    act(action),
    [400, 'malformed-json'],
    `{"${field}":"other","${field}":"${planted}"}`,
  ],
  ['a prototype', 'POST', act(action), [400, 'malformed-json'], `{"${field}":"other","__proto__":{"x":"${planted}"}}`],
  ['too much', 'POST', act(action), [413, 'body-too-large'], { ...fine[action], note: planted.repeat(10_000) }],
  ['nesting without end', 'POST', act(action), [422, 'body-too-deep'], '['.repeat(10_000)],
  ['an id that is none', 'POST', `/referrals/${planted}/${action}`, [422, 'validation-failed', '/id'], fine[action]],
]

const table: Row[] = [
  ...lists('/referrals'),
  ['a state that is none', 'GET', `/referrals?state=${planted}`, [422, 'validation-failed', '/state']],
  [
    'an organisation without name',
    'GET',
    '/referrals?referringOrganisation=',
    [422, 'validation-failed', '/referringOrganisation'],
  ],
  [
    'an organisation beyond 200 characters',
    'GET',
    `/referrals?referringOrganisation=${'x'.repeat(201)}`,
    [422, 'validation-failed', '/referringOrganisation'],
  ],
  [
    'a duplicate that is neither',
    'GET',
    '/referrals?possibleDuplicate=maybe',
    [422, 'validation-failed', '/possibleDuplicate'],
  ],
  ['nothing to count by', 'GET', '/referrals/summary', [422, 'validation-failed', '/by']],
  ['what cannot be counted by', 'GET', '/referrals/summary?by=citizenship', [422, 'validation-failed', '/by']],
  ...details('/referrals/:referral'),
  ['a note that accepting has no place for', 'POST', act('accept'), [422, 'validation-failed', ''], { note: planted }],
  ['an id that is none', 'POST', `/referrals/${planted}/accept`, [422, 'validation-failed', '/id']],
  ...bodies('reject', 'reason'),
  ['a reason that is none', 'POST', act('reject'), [422, 'validation-failed', '/reason'], { reason: planted }],
  ...bodies('redirect', 'to'),
  ['an organisation of blanks', 'POST', act('redirect'), [422, 'validation-failed', '/to'], { to: '   ' }],
  [
    'an organisation beyond 200 characters',
    'POST',
    act('redirect'),
    [422, 'validation-failed', '/to'],
    { to: planted.repeat(20) },
  ],
  ...lists('/cases'),
  ['a status that is none', 'GET', `/cases?status=${planted}`, [422, 'validation-failed', '/status']],
  ...details('/cases/:case'),
  ['an address that nobody serves', 'GET', `/${planted}`, [404, 'not-found']],
]

describe('what comes by HTTP and cannot be taken', () => {
  test.each(table)('%s: %s %s', async (_what, method, url, [status, code, pointer], body) => {
    const address = url.replace(':referral', referral).replace(':case', opened)
    const answer = await world.request(method, address, { ifMatch: '"2"', body })
    const problem = answer.json()
    expect([answer.statusCode, problem.code], answer.body).toEqual([status, code])
    expect(answer.headers['content-type']).toMatch('application/problem+json')
    expect(problem.detail.length).toBeGreaterThan(10)
    if (pointer !== undefined)
      expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    expect(answer.body.toLowerCase()).not.toContain(planted.toLowerCase())
  })

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    '%s is no content type that is taken',
    async type => {
      const answer = await world.request('POST', `/referrals/${referral}/reject`, {
        ifMatch: '"2"',
        body: `reason=${planted}`,
        type,
      })
      expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported-media-type'])
    },
  )

  test('nothing of all that changed anything, and no line of the log tells what was sent', async () => {
    const { state, version, history } = (await world.request('GET', `/referrals/${referral}`)).json()
    expect([state, version, history.length]).toEqual(['acknowledged', 2, 2])
    expect(world.lines.length).toBeGreaterThan(table.length)
    expect(world.lines.filter(line => line.toLowerCase().includes(planted.toLowerCase()))).toEqual([])
    expect((await world.everything()).filter(row => row.includes(planted))).toEqual([])
  })
})

function cursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}
