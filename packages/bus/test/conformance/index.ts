import { afterAll, beforeAll, describe } from 'vitest'
import { type Broker, createBuses } from './broker.ts'
import { publishing } from './publishing.ts'
import { reading } from './reading.ts'
import { sharing } from './sharing.ts'
import { subscribing } from './subscribing.ts'
import { topics } from './topics.ts'

/** Everything that the port promises of a real broker, whichever one `start` brings; a successor of kafkajs has to pass it too. */
export function busConformance(name: string, start: () => Promise<Broker>): void {
  describe(`bus on ${name}`, () => {
    let broker: Broker
    const buses = createBuses(() => broker)
    beforeAll(async () => {
      broker = await start()
    })
    afterAll(async () => {
      await buses.close()
      await broker?.stop()
    })
    topics(buses)
    publishing(buses)
    reading(buses)
    subscribing(buses)
    sharing(buses)
  })
}
