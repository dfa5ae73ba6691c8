import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Gateway, gateway, submitted } from './harness.ts'

type Operation = Pick<InjectOptions, 'method' | 'url' | 'payload' | 'headers'>

function onGateway(): () => Gateway {
  let gw: Gateway
  beforeAll(async () => {
    gw = await gateway()
  })
  afterAll(() => gw.close())
  return () => gw
}

/** Whom an operation does not know, it tells nothing and does nothing for. */
export function refusesUnknownCallers(operation: Operation): void {
  describe(`${operation.method} ${operation.url}`, () => {
    const gw = onGateway()
    const wrongs = ['signature', 'issuer', 'audience', 'expired', 'type', 'unsigned'] as const

    test('asks for a token', async () => {
      const answer = await gw().request({ ...operation, as: null })
      expect(answer.statusCode).toBe(401)
      expect(answer.json().code).toBe('token-missing')
      expect(answer.headers['www-authenticate']).toContain('Bearer')
    })

    test.each([...wrongs.map(wrong => ({ wrong })), { demo: true }, { audience: 'intake' as const }])(
      'refuses a token with %j and does nothing',
      async flaw => {
        const { organisation: org, clientId } = gw().own
        const token = await gw().issuer.token({ role: 'partner', org, clientId, audience: 'gateway', ...flaw })
        const answer = await gw().request({ ...operation, token })
        expect(answer.statusCode).toBe(401)
        expect(answer.json().code).toBe('token-invalid')
        expect(await gw().counts()).toEqual({ receipts: 0, facts: 0, unsent: 0 })
      },
    )
  })
}

/** Who is known and may not, is told which way out there is, and nothing is done. */
export function refusesWhoMayNot(operation: Operation): void {
  describe(`${operation.method} ${operation.url}`, () => {
    const gw = onGateway()
    const expectRefusal = async (code: string, request: Parameters<Gateway['request']>[0]) => {
      const answer = await gw().request(request)
      expect(answer.statusCode).toBe(403)
      expect(answer.json()).toMatchObject({ code, detail: expect.any(String) })
      expect(await gw().counts()).toEqual({ receipts: 0, facts: 0, unsent: 0 })
    }

    test.each(['caseworker', 'operator', 'auditor'] as const)('refuses a %s', async role => {
      const token = await gw().issuer.token({ role, org: 'harbour-house', audience: 'gateway' })
      await expectRefusal('role-not-permitted', { ...operation, token })
    })

    test('refuses a client that nobody registered', async () => {
      await expectRefusal('partner-unknown', {
        ...operation,
        as: { organisation: 'harbour-house', clientId: 'nobody' },
      })
    })

    test("refuses a registered client under another organisation's name", async () => {
      const as = { organisation: gw().other.organisation, clientId: gw().own.clientId }
      await expectRefusal('partner-unknown', { ...operation, as })
    })

    test('refuses a disabled partner', async () => {
      const where = { id: gw().own.id }
      await gw().store.partner.update({ where, data: { disabledAt: new Date() } })
      await expectRefusal('partner-disabled', operation)
      await gw().store.partner.update({ where, data: { disabledAt: null } })
    })
  })
}

/** A valid post, for operations that take events. */
export const eventOperation = (url: string): Operation => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/cloudevents+json' },
  payload: JSON.stringify(submitted()),
})

export const lookupOperation: Operation = {
  method: 'POST',
  url: '/receipts/lookup',
  headers: { 'content-type': 'application/json' },
  payload: JSON.stringify({ events: [{ source: 'urn:partner:harbour-house', id: '1' }] }),
}
