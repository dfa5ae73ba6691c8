import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'

const deadlineMs = 2000

/** Why no container can be started here, or undefined when an engine answers within 2 s. */
export async function missingDocker(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const target = addressOf(env)
  if (!target) return 'no Docker engine (no DOCKER_HOST and no socket)'
  return new Promise(resolve => {
    const no = () => resolve(`no Docker engine answers at ${target.name} within ${deadlineMs / 1000} s`)
    const call = request({ ...target.address, path: '/_ping', timeout: deadlineMs }, response => {
      response.resume()
      if (response.statusCode === 200) resolve(undefined)
      else no()
    })
    call.on('timeout', () => call.destroy())
    call.on('error', no)
    call.end()
  })
}

function addressOf(
  env: NodeJS.ProcessEnv,
): { name: string; address: { socketPath: string } | { host: string; port: number } } | undefined {
  const name = env.DOCKER_HOST
  if (name && !name.startsWith('unix://')) {
    const { hostname, port } = new URL(name)
    return { name, address: { host: hostname, port: Number(port || 2375) } }
  }
  const sockets = name
    ? [name.slice('unix://'.length)]
    : ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')]
  const socketPath = sockets.find(existsSync)
  return socketPath ? { name: socketPath, address: { socketPath } } : undefined
}
