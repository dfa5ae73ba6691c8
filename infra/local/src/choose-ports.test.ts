import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { choosePorts, step } from './choose-ports.ts'
import { freePort, holdPort } from './ports.ts'
import { preferredPorts } from './system.ts'

const guard = 7399

/** A machine on which these ports are busy; what is held stays so until it is released. */
function machine(busy: readonly number[]) {
  const held = new Set<number>()
  const isFree = (port: number) => !busy.includes(port) && !held.has(port)
  return {
    isFree: async (port: number) => isFree(port),
    async hold(port: number) {
      if (!isFree(port)) return undefined
      held.add(port)
      return () => void held.delete(port)
    },
  }
}

it('takes the preferred ports when nobody listens there', async () => {
  const { ports, notices } = await choosePorts(guard, preferredPorts, machine([]))
  expect({ ports, notices }).toEqual({ ports: preferredPorts, notices: [] })
})

it('names a busy port and chooses another that no part prefers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 7400, max: 7500 }), { maxLength: 60 }), async busy => {
      const { ports, notices } = await choosePorts(guard, preferredPorts, machine(busy))
      const chosen = Object.values(ports)
      expect(new Set(chosen).size).toBe(chosen.length)
      expect(chosen.filter(port => busy.includes(port))).toEqual([])
      expect(notices.length).toBe(Object.values(preferredPorts).filter(port => busy.includes(port)).length)
    }),
  )
})

it('no two of eight systems that start at once get the same port, though none of them listens yet', async () => {
  const shared = machine([7421])
  const systems = await Promise.all(Array.from({ length: 8 }, () => choosePorts(guard, preferredPorts, shared)))
  const chosen = systems.flatMap(({ ports }) => Object.values(ports))
  expect(new Set(chosen).size).toBe(chosen.length)
})

it('a part that is down keeps its port from other systems, until its own system has ended', async () => {
  const shared = machine([])
  const first = await choosePorts(guard, preferredPorts, shared)
  const second = await choosePorts(guard, preferredPorts, shared)
  expect(second.ports.kafka).toBe(first.ports.kafka + step)
  expect(second.notices).toEqual([`Port ${guard} is busy (another Haven?): all ports are ${step} higher.`])
  first.release()
  expect((await choosePorts(guard, preferredPorts, shared)).ports).toEqual(first.ports)
})

it('sees a port that another program listens on, and holds its own against others', async () => {
  const other = createServer()
  const [free, port] = [await freePort(), await freePort()]
  await new Promise<void>(resolve => other.listen(port, '127.0.0.1', resolve))
  const { ports, notices, release } = await choosePorts(free, { gateway: port })
  other.close()
  expect(ports.gateway).not.toBe(port)
  expect(notices).toEqual([`Port ${port} (gateway) is busy: using ${ports.gateway}.`])
  const heldAt = free + ports.gateway - port
  expect(await holdPort(heldAt)).toBeUndefined()
  release()
  const again = await holdPort(heldAt)
  expect(again).toBeDefined()
  again?.()
})
