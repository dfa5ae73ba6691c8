import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyRoute } from '../../test/every-route.ts'
import { intake } from '../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())

describe.each(everyRoute)('$method $url', ({ method, url, ...options }) => {
  test('asks for a purpose of use', async () => {
    const answer = await world.request(method, url, { ...options, purpose: '' })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'purpose-required'])
  })

  test('takes no purpose that does not exist', async () => {
    const answer = await world.request(method, url, { ...options, purpose: 'curiosity' })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'purpose-unknown'])
  })
})
