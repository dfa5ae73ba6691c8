import { rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { relative } from 'node:path'
import { Failure } from './failure.ts'

// A socket's path must be shorter than 108 bytes on Linux, 104 on macOS; from the checkout it is `.haven/control.sock`.
const longestPath = 100

/** Listens for who wants a part started again: POST /restart/<name>. The state directory lets its owner alone in. */
export async function serveControl(socket: string, restart: (name: string) => Promise<void>): Promise<Server> {
  rmSync(socket, { force: true })
  const server = createServer((incoming, answer) => {
    const name = /^\/restart\/([a-z-]+)$/.exec(incoming.url ?? '')?.[1]
    if (incoming.method !== 'POST' || !name) return void answer.writeHead(404).end()
    restart(name).then(
      () => answer.writeHead(204).end(),
      (error: Error) => answer.writeHead(500, { 'content-type': 'text/plain' }).end(error.message),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(shortPath(socket), resolve)
  })
  return server
}

/** Asks the running system to start a part again; resolves when it is ready. */
export function requestRestart(socket: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: shortPath(socket), method: 'POST', path: `/restart/${name}` }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      answer.once('end', () => (answer.statusCode === 204 ? resolve() : reject(new Error(text || 'refused'))))
    })
    asking.once('error', reject)
    asking.end()
  })
}

function shortPath(socket: string): string {
  const path = [socket, relative(process.cwd(), socket)].sort((a, b) => a.length - b.length)[0] as string
  if (path.length <= longestPath) return path
  throw new Failure(`The path ${socket} is too long for a socket.`, 'Set HAVEN_STATE_DIR to a shorter one.')
}
