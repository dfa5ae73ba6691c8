import { createServer, type Server } from 'node:net'
import { describe, expect, test } from 'vitest'
import { all, type Buses, busWithTopic, record, socketsOf, textOf, until } from './broker.ts'

export function publishing(buses: Buses): void {
  describe('publishing', () => {
    test('puts every record where it belongs, in order, with key, headers and tombstones', async () => {
      const bus = await busWithTopic(buses, 3)
      const publisher = await bus.connectPublisher()
      await publisher.send([
        { topic: 'things', partition: 2, records: [record('one', { ce_id: '1', place: 'İzmir' }), record('two')] },
        { topic: 'things', partition: 0, records: [{ key: 'gone', headers: {}, value: null }] },
        { topic: 'things', partition: 1, records: [] },
        { topic: 'things', partition: 2, records: [record('three')] },
      ])
      const records = await all(bus)
      expect(records.map(({ partition, offset, key, value }) => [partition, offset, key, value?.toString()])).toEqual([
        [0, 0n, 'gone', undefined],
        [2, 0n, 'key of one', 'one'],
        [2, 1n, 'key of two', 'two'],
        [2, 2n, 'key of three', 'three'],
      ])
      expect(records[1]).toMatchObject({ topic: 'things', headers: { ce_id: '1', place: 'İzmir' } })
      expect(Math.abs(Date.now() - records[1]!.timestamp.getTime())).toBeLessThan(60_000)
    })

    test('refuses a partition that the topic does not have instead of dropping its records', async () => {
      const bus = await busWithTopic(buses, 1)
      const publisher = await bus.connectPublisher()
      const batches = [0, 1].map(partition => ({ topic: 'things', partition, records: [record('x')] }))
      await expect(publisher.send(batches)).rejects.toMatchObject({ code: 'partition-missing', transient: false })
      expect(await all(bus)).toEqual([])
    })

    test('names the remedy when the topic is missing, and creates none by itself', async () => {
      const bus = await busWithTopic(buses)
      const publisher = await bus.connectPublisher()
      const sending = publisher.send([{ topic: 'others', partition: 0, records: [record('x')] }])
      await expect(sending).rejects.toMatchObject({
        code: 'topic-missing',
        message: expect.stringContaining('haven topics apply'),
      })
      await expect(bus.ends('others')).rejects.toMatchObject({ code: 'topic-missing' })
    })

    test('tells what the broker refuses from what may succeed later', async () => {
      const bus = await busWithTopic(buses)
      const publisher = await bus.connectPublisher()
      const tooLarge = { key: 'k', headers: {}, value: Buffer.alloc(2_000_000) }
      const sending = publisher.send([{ topic: 'things', partition: 0, records: [tooLarge] }])
      await expect(sending).rejects.toMatchObject({ code: 'refused', transient: false })
      await publisher.send([{ topic: 'things', partition: 0, records: [record('fits')] }])
      expect((await all(bus)).map(textOf)).toEqual(['fits'])
    })

    test('sends nothing after it was closed', async () => {
      const bus = await busWithTopic(buses)
      const publisher = await bus.connectPublisher()
      await publisher.close()
      const sending = publisher.send([{ topic: 'things', partition: 0, records: [record('late')] }])
      await expect(sending).rejects.toMatchObject({ code: 'closed' })
      await bus.close()
      await expect(bus.connectPublisher()).rejects.toMatchObject({ code: 'closed' })
    })
  })

  describe('without a broker', () => {
    test.each(['connectPublisher', 'ping'] as const)('%s says soon that the bus is unavailable', async call => {
      const bus = buses.make({ brokers: [`127.0.0.1:${await deadPort()}`] })
      const started = performance.now()
      await expect(bus[call]()).rejects.toMatchObject({ code: 'unavailable', transient: true })
      expect(performance.now() - started).toBeLessThan(4000)
    })

    test.each(['connectPublisher', 'ping'] as const)(
      '%s leaves no connection to one that takes it and hangs',
      async call => {
        const hanging = createServer(socket => void socket.resume())
        const bus = buses.make({ brokers: [`127.0.0.1:${await listening(hanging)}`] })
        const sockets = await socketsOf(() =>
          expect(bus[call]()).rejects.toMatchObject({ code: 'unavailable', transient: true }),
        )
        await until(
          'every connection is ended',
          () => sockets.length > 0 && sockets.every(({ destroyed }) => destroyed),
        )
        hanging.close()
      },
    )

    test('a broker that is there answers a ping', () => expect(buses.make().ping()).resolves.toBeUndefined())
  })
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise(resolve => server.close(resolve))
  return port
}
