import { Readable } from 'node:stream'
import { Problem } from '@haven/problem'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { GuardedRoute } from '../declaration.ts'
import { RecordedFeed } from './recorded-feed.ts'
import { RecordedStream } from './recorded-stream.ts'
import type { StreamRecord } from './stream-record.ts'

/** Feeds that a process keeps open at most: each holds a connection and asks every second. */
const mostFeeds = 100

/** Whether a payload is sent piece by piece, in one of the forms that Fastify takes. */
export function isStream(payload: unknown): payload is object {
  if (typeof payload !== 'object' || payload === null) return false
  return 'pipe' in payload || 'getReader' in payload || payload instanceof Response
}

/** Begins the streams that guarded routes answer with. Feeds end when the service stops, and it waits for the entries of their closing. */
export function beginStreams(app: FastifyInstance, judgeEveryMs: number) {
  const open = new Set<RecordedFeed>()
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
    for (const feed of open) feed.end('service-stopping')
  })
  app.addHook('onClose', async () => {
    await Promise.all([...open].map(feed => feed.close()))
  })

  async function beginFeed(feed: RecordedFeed, record: StreamRecord, reply: FastifyReply): Promise<void> {
    if (isStopping || open.size >= mostFeeds) throw new Problem('unavailable', { internal: 'no more feeds are opened' })
    open.add(feed)
    feed.once('close', () => open.delete(feed))
    await feed.begin(record, judgeEveryMs)
    // Kept alive it would hold a service that stops.
    reply.header('connection', 'close')
  }

  /**
   * The payload to send, its first entry durable.
   * @throws Problem what the source throws, `audit-unavailable`, `internal-error` for a stream that nobody records
   */
  return async (
    payload: object,
    declared: GuardedRoute['streams'],
    record: StreamRecord,
    reply: FastifyReply,
  ): Promise<Readable> => {
    try {
      if (reply.statusCode < 400 && payload instanceof RecordedStream && declared === 'chunks')
        await payload.begin(record)
      else if (reply.statusCode < 400 && payload instanceof RecordedFeed && declared === 'feed')
        await beginFeed(payload, record, reply)
      else
        throw new Problem('internal-error', { internal: 'a guarded route answers with a stream that is not recorded' })
      if (reply.request.method !== 'HEAD') return payload
      // Fastify would read all of it, entry after entry, and send nothing.
      payload.destroy()
      return Readable.from([])
    } catch (error) {
      if (payload instanceof Readable) payload.destroy()
      throw error
    }
  }
}
