// A relay in a process of its own, to be killed or stopped. It says so when it has sent facts; with `hangs` it never comes to mark them.
import { createBus } from '@haven/bus'
import { createPool } from '@haven/db'
import { startRelay } from '../src/relay/relay.ts'
import { testTopics } from './topics.ts'

const { url, brokers, prefix, hangs } = JSON.parse(process.argv[2]!) as {
  url: string
  brokers: string[]
  prefix: string
  hangs: boolean
}
const log = { debug() {}, info() {}, warn() {}, error() {} }
const bus = createBus({ brokers, prefix, clientId: 'relay-child', log })
startRelay({
  service: 'streamtest',
  pool: createPool({ url, applicationName: 'relay-child', log }),
  bus: {
    ...bus,
    async connectPublisher() {
      const publisher = await bus.connectPublisher()
      return {
        ...publisher,
        async send(batches) {
          await publisher.send(batches)
          const isFacts = batches.some(batch => batch.records.some(record => record.headers.ce_id !== undefined))
          if (isFacts) {
            process.stdout.write('sent\n')
            if (hangs) await new Promise(() => undefined)
          }
        },
      }
    },
  },
  topics: testTopics,
  log,
  limits: { rows: 1_000, ageMs: 60_000 },
})
