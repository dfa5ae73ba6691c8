import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { missingDocker } from './docker-engine.ts'

describe('whether a Docker engine answers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'haven-engine-'))
  const servers: Server[] = []
  const engine = async (answer: RequestListener): Promise<string> => {
    const socket = join(directory, `${servers.length}.sock`)
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>(resolve => server.listen(socket, resolve))
    return `unix://${socket}`
  }
  afterEach(() => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  })

  test('is so when it answers a ping', async () => {
    const DOCKER_HOST = await engine((request, response) =>
      response.writeHead(request.url === '/_ping' ? 200 : 404).end(),
    )
    expect(await missingDocker({ DOCKER_HOST })).toBeUndefined()
  })

  test('is not so when it is silent: nobody waits longer than 2 s', async () => {
    const DOCKER_HOST = await engine(() => {})
    const started = performance.now()
    expect(await missingDocker({ DOCKER_HOST })).toMatch(/no Docker engine answers at .*\.sock within 2 s/)
    expect(performance.now() - started).toBeLessThan(4000)
  })

  test.each([
    ['there is no such socket', 'unix:///nowhere/docker.sock'],
    ['nobody listens there', 'tcp://127.0.0.1:1'],
  ])('is not so when %s', async (_, DOCKER_HOST) => {
    expect(await missingDocker({ DOCKER_HOST })).toMatch(/^no Docker engine/)
  })

  test('leaves nothing behind', () => rmSync(directory, { recursive: true, force: true }))
})
