import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unreadable, wrongBinaryEvents, wrongEvents, wrongRequests } from './bad-input.ts'
import { batch, type Gateway, gateway, planted, submitted } from './harness.ts'

let gw: Gateway
let rows: string
beforeAll(async () => {
  gw = await gateway()
  await gw.post(submitted())
  rows = await gw.everyRow()
})
afterAll(() => gw.close())

type Answer = Awaited<ReturnType<Gateway['request']>>

/** Field and remedy are named; nothing was written; nothing that was sent comes back or stands in the log. */
async function expectRefusal(answer: Answer, status: number, code: string, pointers: string[]): Promise<void> {
  expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status, code })
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.json().detail).toMatch(/\w{3}/)
  expectPointers(answer.json().errors ?? [], pointers)
  await expectNoTrace(answer)
}

function expectPointers(errors: { pointer: string; detail: string }[], pointers: string[]): void {
  expect(errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(pointers))
  for (const { detail } of errors) expect(detail).toMatch(/\w{3}/)
}

async function expectNoTrace(answer: Answer): Promise<void> {
  const said = `${answer.body}${JSON.stringify(answer.headers)}${gw.lines.join('')}`
  for (const value of Object.values(planted)) expect(said).not.toContain(value)
  expect(await gw.everyRow()).toBe(rows)
}

async function expectFindings(request: InjectOptions, pointers: string[]): Promise<void> {
  const answer = await gw.request({ ...request, url: '/events/validate' })
  expect(answer.statusCode).toBe(200)
  expect(answer.json().valid).toBe(false)
  expectPointers(answer.json().errors, pointers)
  await expectNoTrace(answer)
}

describe.each(['/events', '/events/validate'])('%s', url => {
  test.each(unreadable)('refuses %s', async (_, request, status, code, ...pointers) =>
    expectRefusal(await gw.request({ ...request, url }), status, code, pointers),
  )
})

describe('an event', () => {
  const all = [...wrongEvents, ...wrongBinaryEvents]

  test.each(all)('with %s is refused', async (_, request, status, code, ...pointers) =>
    expectRefusal(await gw.request(request), status, code, pointers),
  )

  test.each(all)('with %s is a finding of validation', async (_, request, __, ___, ...pointers) =>
    expectFindings(request, pointers),
  )

  test.each(wrongEvents)('with %s is refused in a batch, under its index', async (_, request, __, ___, ...pointers) => {
    const alone = { ...request, payload: `[${request.payload}]`, headers: { 'content-type': batch } }
    const indexed = pointers.map(pointer => `/0${pointer}`)
    await expectRefusal(await gw.request(alone), 422, 'no-valid-event', indexed)
  })
})

test.each(wrongRequests)('%s is refused', async (_, request, status, code, ...pointers) =>
  expectRefusal(await gw.request(request), status, code, pointers),
)
