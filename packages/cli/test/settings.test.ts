import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@haven/config'
import Type from 'typebox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settingsFor } from '../src/settings.ts'
import { haven } from './haven.ts'

const schema = Type.Object({
  HAVEN_GATEWAY_URL: Type.String(),
  HAVEN_TOKEN_ENDPOINT: Type.String(),
  HAVEN_CLIENT_ID: Type.String(),
  HAVEN_CLIENT_SECRET: Type.String({ secret: true }),
})

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'haven-settings-'))
  mkdirSync(join(root, '.haven'))
  mkdirSync(join(root, 'packages/cli'), { recursive: true })
  writeFileSync(join(root, '.haven/run.json'), JSON.stringify(run))
})
afterEach(() => rmSync(root, { recursive: true }))

const run = {
  services: {
    gateway: { url: 'http://127.0.0.1:7400' },
    intake: { url: 'http://127.0.0.1:7401' },
    audit: { url: 'http://127.0.0.1:7402' },
  },
  tokenEndpoint: 'http://127.0.0.1:7402/token',
  clients: { partner: { id: 'partner', secret: 'run-secret' } },
  kafka: { brokers: ['127.0.0.1:9092'] },
  databases: {},
  keysDirectory: '/keys',
}
const fromRun = {
  HAVEN_GATEWAY_URL: run.services.gateway.url,
  HAVEN_TOKEN_ENDPOINT: run.tokenEndpoint,
  HAVEN_CLIENT_ID: 'partner',
  HAVEN_CLIENT_SECRET: 'run-secret',
}
const context = (env: Record<string, string> = {}, cwd = join(root, 'packages/cli')) => ({
  env,
  cwd,
  showsProgress: false,
  out() {},
  note() {},
})
const missing = (read: () => unknown): string[] => {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(problem => problem.setting)
    throw error
  }
  return []
}

describe('the system on this machine', () => {
  test('is found from any directory of the checkout', () => {
    const { config, local } = settingsFor(schema, context())
    expect(config).toEqual(fromRun)
    expect(local?.directory).toBe(join(root, '.haven'))
  })

  test('is found by HAVEN_STATE_DIR from anywhere, and then no other is looked for', () => {
    expect(settingsFor(schema, context({ HAVEN_STATE_DIR: join(root, '.haven') }, '/')).config).toEqual(fromRun)
    expect(missing(() => settingsFor(schema, context({ HAVEN_STATE_DIR: join(root, 'elsewhere') })))).toHaveLength(4)
  })

  test('gives way to the environment, and that to flags', () => {
    const env = { HAVEN_CLIENT_ID: 'mine', HAVEN_CLIENT_SECRET: 'my-secret' }
    expect(settingsFor(schema, context(env)).config).toEqual({ ...fromRun, ...env })
    const flags = { HAVEN_CLIENT_ID: 'theirs' }
    expect(settingsFor(schema, context(env), flags).config.HAVEN_CLIENT_ID).toBe('theirs')
  })

  test("its secret is never sent to another gateway or provider, nor with another's client", () => {
    expect(missing(() => settingsFor(schema, context({ HAVEN_GATEWAY_URL: 'https://elsewhere.example' })))).toEqual([
      'HAVEN_TOKEN_ENDPOINT',
      'HAVEN_CLIENT_ID',
      'HAVEN_CLIENT_SECRET',
    ])
    expect(
      missing(() => settingsFor(schema, context(), { HAVEN_TOKEN_ENDPOINT: 'https://elsewhere.example' })),
    ).toEqual(['HAVEN_GATEWAY_URL', 'HAVEN_CLIENT_ID', 'HAVEN_CLIENT_SECRET'])
    expect(missing(() => settingsFor(schema, context({ HAVEN_CLIENT_ID: 'mine' })))).toEqual(['HAVEN_CLIENT_SECRET'])
  })

  test('is not said to be used when nothing was taken from it', () => {
    expect(settingsFor(schema, context({ ...fromRun })).local).toBeUndefined()
  })

  test('a damaged description is told, with the remedy', async () => {
    for (const content of ['{', '{}', '[]']) {
      writeFileSync(join(root, '.haven/run.json'), content)
      const { code, notes } = await haven({ HAVEN_STATE_DIR: join(root, '.haven') }, 'partner', 'list')
      expect(code).toBe(1)
      expect(notes).toMatch(/run\.json is damaged; stop the system and start it again/)
    }
  })
})

describe('without a system and without settings', () => {
  test.each([
    ['keys init', 'HAVEN_KEYS_DIRECTORY'],
    ['topics apply', 'HAVEN_KAFKA_BROKERS'],
    ['migrate', 'HAVEN_KEYS_DATABASE_URL'],
    ['partner list', 'HAVEN_GATEWAY_DATABASE_URL'],
    ['parked list', 'HAVEN_INTAKE_DATABASE_URL'],
    ['import nrm x_2023_q4.csv', 'HAVEN_CLIENT_SECRET'],
  ])('haven %s names what it lacks', async (command, setting) => {
    const { code, notes } = await haven({ HAVEN_STATE_DIR: join(root, 'none') }, ...command.split(' '))
    expect(code).toBe(2)
    expect(notes).toContain(`${setting} is missing, set it or ${setting}_FILE`)
    expect(notes).toContain('or start the system by npm start')
  })
})

describe('the command line', () => {
  test.each([
    ['frobnicate'],
    ['partner', 'add'],
    ['import', 'nrm'],
    ['parked', 'list', '--service', 'shelter'],
    ['migrate', '--frobnicate'],
  ])('haven %s %s is a wrong use and says so', async (...args) => {
    const { code, notes } = await haven({}, ...args)
    expect(code).toBe(2)
    expect(notes).toContain('haven --help')
  })

  test('help is no failure', async () => {
    const { code, out } = await haven({}, 'partner', 'add', '--help')
    expect(code).toBe(0)
    expect(out).toContain('--referring-organisation')
  })
})

test('haven keys init completes a directory and says what it kept', async () => {
  const directory = join(root, 'keys')
  const first = JSON.parse((await haven({ HAVEN_KEYS_DIRECTORY: directory }, 'keys', 'init', '--json')).out)
  expect(first.created).toEqual(expect.arrayContaining(['kek.json', 'gateway.jwe.json', 'intake.jwe.json']))
  rmSync(join(directory, 'public/intake.jwks.json'))
  const { code, out } = await haven({}, 'keys', 'init', '--directory', directory)
  expect(code).toBe(0)
  expect(out).toContain('created  public/intake.jwks.json')
  expect(out).toContain('kept     kek.json')
})
