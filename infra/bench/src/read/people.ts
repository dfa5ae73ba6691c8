import { setTimeout as sleep } from 'node:timers/promises'
import type { Stand } from '../stand.ts'

const names = ['Lale', 'Bora', 'Ceren', 'Oksana', 'Timur', 'Anahit', 'Nuri', 'Işıl']
const atOnce = 10

/**
 * Has a partner refer invented people through the gateway, as partners do.
 * @returns the ids of their referrals
 */
export async function referPeople({ run, token, database }: Stand, count: number): Promise<string[]> {
  const partner = { authorization: `Bearer ${await token('partner', 'gateway')}` }
  const { url } = run.services.gateway
  const types = (await (await fetch(`${url}/event-types`, { headers: partner })).json()) as {
    items: { sample: { data: object } }[]
  }
  const { sample } = types.items[0]!
  const headers = { ...partner, 'content-type': 'application/cloudevents+json' }
  const refer = async (n: number): Promise<void> => {
    const person = { firstName: names[n % names.length], email: `person-${n}@example.org` }
    const event = { ...sample, id: `bench-${n}`, data: { ...sample.data, reference: `bench-${n}`, person } }
    const answer = await fetch(`${url}/events`, { method: 'POST', headers, body: JSON.stringify(event) })
    if (answer.status !== 202) throw new Error(`an event was answered by ${answer.status}: ${await answer.text()}`)
    await answer.body?.cancel()
  }
  for (let n = 0; n < count; n += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, count - n) }, (_, k) => refer(n + k)))
  for (;;) {
    const { rows } = await database('intake').query<{ id: string }>('select id from intake.referral')
    if (rows.length >= count) return rows.map(({ id }) => id)
    await sleep(100)
  }
}
