import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { Problem, problemDocument, problemMediaType } from '@haven/problem'
import { answerHeaders } from './answer-headers.ts'

/** What answers in a service's place until what it needs is there. */
export interface WaitingRoom {
  close(): Promise<void>
}

/**
 * Listens where the service will: alive and not ready to probes, 503 to everybody else. Nothing can be looked at here, so nothing is on the record.
 * @throws when the address is taken
 */
export async function openWaitingRoom({ host, port }: { host: string; port: number }): Promise<WaitingRoom> {
  const server = createServer((request, reply) => {
    const [path] = (request.url ?? '/').split('?', 1)
    const id = randomUUID()
    reply.setHeaders(new Map(Object.entries(answerHeaders(id))))
    if (path === '/livez') answer(reply, 200, 'application/json', { status: 'alive' })
    else if (path === '/readyz') answer(reply, 503, 'application/json', notReady)
    else answer(reply, 503, problemMediaType, problemDocument(new Problem('starting'), id))
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const notReady = { status: 'not-ready', checks: { start: 'failing' } }

function answer(reply: ServerResponse, status: number, type: string, body: object): void {
  // What comes on this connection later is for the service, which listens anew.
  reply.writeHead(status, {
    'content-type': type,
    connection: 'close',
    ...(status === 503 && { 'retry-after': '5' }),
  })
  reply.end(JSON.stringify(body))
}
