import { connect } from 'node:net'

/**
 * Asks a Kafka at 127.0.0.1 for its metadata and tells whether it counts itself among the brokers: a node listens before
 * its controller lets it serve, and answers then with an empty list.
 *
 * Speaks the protocol itself (Metadata, version 1, no topics): 19 bytes rather than a client that retries and logs.
 */
export function kafkaServes(port: number, timeoutMs = 1_000): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    const chunks: Buffer[] = []
    const end = (serves: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(serves)
    }
    const timer = setTimeout(() => end(false), timeoutMs)
    socket.once('connect', () => socket.write(metadataRequest()))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    socket.on('data', chunk => {
      chunks.push(chunk)
      const answer = Buffer.concat(chunks)
      // size, correlation id, then the number of brokers.
      if (answer.length >= 12) end(answer.readInt32BE(8) > 0)
    })
  })
}

function metadataRequest(): Buffer {
  const [apiKey, apiVersion, correlation, noClientId, noTopics] = [3, 1, 1, -1, 0]
  const request = Buffer.alloc(18)
  request.writeInt32BE(14, 0)
  request.writeInt16BE(apiKey as number, 4)
  request.writeInt16BE(apiVersion as number, 6)
  request.writeInt32BE(correlation as number, 8)
  request.writeInt16BE(noClientId as number, 12)
  request.writeInt32BE(noTopics as number, 14)
  return request
}
