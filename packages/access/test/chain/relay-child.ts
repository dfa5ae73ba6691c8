// A relay in a process of its own, to be killed or stopped. It says so before it sends leaves; with `hangs` it never sends them.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { createBus } from '@haven/bus'
import { createPool } from '@haven/db'
import { startChainRelay } from '../../src/chain/relay.ts'

const { url, brokers, prefix, service, epoch, privateKey, hangs } = JSON.parse(process.argv[2]!)
const log = { debug() {}, info() {}, warn() {}, error() {} }
const bus = createBus({ brokers, prefix, clientId: 'chain-child', log })
const key = createPrivateKey(privateKey)
startChainRelay({
  service,
  epoch: BigInt(epoch),
  key: { kid: 'test', privateKey: key, publicKey: createPublicKey(key) },
  pool: createPool({ url, applicationName: 'chain-child', log }),
  bus: {
    ...bus,
    async connectPublisher() {
      const publisher = await bus.connectPublisher()
      return {
        ...publisher,
        async send(batches) {
          if (batches.some(batch => batch.records.some(record => record.value !== null))) {
            process.stdout.write('sending\n')
            if (hangs) await new Promise(() => undefined)
          }
          await publisher.send(batches)
        },
      }
    },
  },
  log,
})
