import { randomUUIDv7 } from 'node:crypto'
import { sealedEventType } from '@haven/contracts'
import { createPool } from '@haven/db'
import { createSubjectVault, sealFor } from '@haven/vault'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partner, submitted } from './fixtures.ts'
import { intake } from './harness.ts'
import { onKafka, until } from './kafka.ts'

let world: Awaited<ReturnType<typeof intake>>
let kafka: Awaited<ReturnType<typeof onKafka>>
let away: Pool
let strange: Pool
beforeAll(async () => {
  world = await intake()
  kafka = await onKafka(world)
  const pool = (url: string) => createPool({ url, applicationName: 'keys away', log: world.deps.log })
  // Port 1 of loopback: refused at once. And a database that holds no keys, as one does while it is being restored.
  away = pool('postgresql://nobody@127.0.0.1:1/none')
  strange = pool(world.databases.app)
})
afterAll(async () => {
  await kafka.close()
  await Promise.all([away.end(), strange.end()])
  await world.close()
})

test.each([
  ['away', () => away],
  ['there without its tables', () => strange],
])(
  'while the database of keys is %s an event waits and is not held, and it is applied afterwards',
  async (_, poolOf) => {
    const { vault } = world.deps
    const { ensureSubject, seal } = vault
    Object.assign(vault, createSubjectVault({ pool: poolOf(), kek: world.kek }))
    const event = submitted()
    const receipt = randomUUIDv7()
    const sealed = await sealFor(world.published, Buffer.from(JSON.stringify(event)), { typ: sealedEventType })
    const before = kafka.consumer.state().failures
    await kafka.send({
      value: Buffer.from(JSON.stringify({ receipt, partner, type: event.type, sealed })),
      subject: receipt,
    })
    // An event that is itself at fault would be parked after four.
    await until(
      async () => kafka.consumer.state().failures - before,
      failures => failures >= 5,
    )
    expect(await kafka.parked()).toEqual([])
    expect(await world.deps.store.inbound.count({ where: { receipt } })).toBe(0)
    Object.assign(vault, { ensureSubject, seal })
    const answer = () => world.deps.store.inbound.findFirst({ where: { receipt }, select: { answer: true } })
    expect(await until(answer, found => found !== null)).toEqual({ answer: 'applied' })
  },
)
