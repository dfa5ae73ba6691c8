import { createServer, type Server } from 'node:net'

/** Whether a program could listen on this loopback port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined
}

/** A port on loopback that nothing listens on. Somebody may take it before it is used: callers try again. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0)
  if (port === undefined) throw new Error('no port is free on 127.0.0.1')
  return port
}

/**
 * Takes a loopback port for as long as this process lives, or until the answer is called; whoever connects is sent away.
 * Undefined when it is busy.
 */
export async function holdPort(port: number): Promise<(() => void) | undefined> {
  const server = await listen(port)
  server?.on('connection', socket => socket.destroy()).unref()
  return server && (() => server.close())
}

async function listenOnce(port: number): Promise<number | undefined> {
  const server = await listen(port)
  const address = server?.address()
  await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)))
  return address && typeof address === 'object' ? address.port : undefined
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error),
    )
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server))
  })
}
