import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { choosePorts } from './choose-ports.ts'
import { freePort } from './ports.ts'

it('takes the preferred port when nobody listens there', async () => {
  const { ports, notices } = await choosePorts({ gateway: 7400, issuer: 7410 }, async () => true)
  expect({ ports, notices }).toEqual({ ports: { gateway: 7400, issuer: 7410 }, notices: [] })
})

it('names a busy port and chooses another that no part prefers', async () => {
  const preferred = { gateway: 7400, intake: 7401, issuer: 7410, postgres: 7432, kafka: 7492 }
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 7400, max: 7500 }), { maxLength: 60 }), async busy => {
      const { ports, notices } = await choosePorts(preferred, async port => !busy.includes(port))
      const chosen = Object.values(ports)
      expect(new Set(chosen).size).toBe(chosen.length)
      expect(chosen.filter(port => busy.includes(port))).toEqual([])
      expect(notices.length).toBe(Object.values(preferred).filter(port => busy.includes(port)).length)
    }),
  )
})

it('leaves a port to the part that prefers it, although it is the next in the row of another', async () => {
  const preferred = { postgres: 7432, kafka: 7492 }
  const { ports } = await choosePorts(preferred, async port => ![7432, 7452, 7472].includes(port))
  expect(ports).toEqual({ postgres: 7512, kafka: 7492 })
})

it('sees a port that another program listens on', async () => {
  const other = createServer()
  const port = await freePort()
  await new Promise<void>(resolve => other.listen(port, '127.0.0.1', resolve))
  const { ports, notices } = await choosePorts({ gateway: port })
  other.close()
  expect(ports.gateway).not.toBe(port)
  expect(notices).toEqual([`Port ${port} (gateway) is busy: using ${ports.gateway}.`])
})
