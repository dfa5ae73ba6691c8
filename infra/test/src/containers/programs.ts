/** Programs that tests run in a container of the project, in the image `haven`, with `node --eval`. */

/** Hands every connection on: the servers of PostgreSQL have no port on this machine. */
export const door = (servers: readonly string[]): string => `
  import { connect, createServer } from 'node:net'
  for (const [at, host] of ${JSON.stringify(servers)}.entries())
    createServer(outside => {
      const inside = connect(5432, host)
      for (const [one, other] of [[outside, inside], [inside, outside]])
        one.on('error', () => other.destroy()).on('close', () => other.destroy()).pipe(other)
    }).listen(${firstDoor} + at)`

/** The port of a door's first server. */
export const firstDoor = 5001

/** Takes spans as packages/testkit's collector does, and prints each body as a line, and what else was asked for as another. */
export const collector = (port: number): string => `
  import { createServer } from 'node:http'
  createServer(async (request, response) => {
    const parts = []
    for await (const part of request) parts.push(part)
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') {
      process.stdout.write(request.method + ' ' + request.url + ' ' + request.headers['content-type'] + '\\n')
      return response.writeHead(415).end()
    }
    process.stdout.write(Buffer.concat(parts).toString('utf8') + '\\n')
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(${port}, () => process.stdout.write('listening\\n'))`

/** Sends records into each partition of a topic: { topic, partitions, records, username, password } in the variable `sending`, values as base64. */
export const sender = `
  import { readFileSync } from 'node:fs'
  const { createBus } = await import('/haven/packages/bus/src/index.ts')
  const { topic, partitions, records, username, password } = JSON.parse(process.env.sending)
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const bus = createBus({
    brokers: ['kafka:9092'], clientId: 'stranger', log,
    security: { ca: readFileSync('/run/secrets/authority.crt', 'utf8'), sasl: { username, password } },
  })
  const publisher = await bus.connectPublisher()
  const outgoing = records.map(({ value, ...other }) => ({ ...other, value: value === null ? null : Buffer.from(value, 'base64') }))
  await publisher.send(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, records: outgoing })))
  await publisher.close()
  await bus.close()`
