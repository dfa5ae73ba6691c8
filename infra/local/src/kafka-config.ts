/** server.properties of the one local node, broker and controller at once, on loopback alone. */
export function serverProperties(options: { dataDir: string; port: number; controllerPort: number }): string {
  const { dataDir, port, controllerPort } = options
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': dataDir,
    // Topics are made by `haven topics apply` alone: a misspelt name must fail.
    'auto.create.topics.enable': false,
    // A restart waits until the old registration expires: 2 s rather than 11 to 13 s, also after kill -9.
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 200,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // Small: one machine, a heap of 192 MB.
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    'log.index.size.max.bytes': 1_048_576,
  }
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${escapeValue(String(value))}`)
  return `${lines.join('\n')}\n`
}

// Java reads properties as Latin-1 and takes a backslash for an escape; a path may hold either.
function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
