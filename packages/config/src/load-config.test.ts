import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '@haven/authority'
import fc from 'fast-check'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, kafkaOf, loadConfig, publicConfig, serviceSettings } from './index.ts'

const schema = Type.Object({ ...serviceSettings, HAVEN_NOTE: Type.Optional(Type.String()) })

const complete = {
  HAVEN_HTTP_PORT: '8080',
  HAVEN_DATABASE_URL: 'postgresql://app:s3cret@127.0.0.1/intake',
  HAVEN_RELAY_DATABASE_URL: 'postgresql://relay:s3cret@127.0.0.1/intake',
  HAVEN_KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092,',
  HAVEN_SIGNING_KEY_FILE: '/run/secrets/intake.signing.json',
  HAVEN_ISSUER: 'https://issuer.example',
}

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'haven-config-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const file = (name: string, content: string) => {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const problemsOf = (env: Record<string, string>) => {
  try {
    loadConfig(schema, env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the configuration was accepted')
}

describe('a complete environment', () => {
  test('is read with types and defaults', () => {
    expect(loadConfig(schema, complete)).toEqual({
      HAVEN_HTTP_HOST: '127.0.0.1',
      HAVEN_HTTP_PORT: 8080,
      HAVEN_DATABASE_URL: complete.HAVEN_DATABASE_URL,
      HAVEN_RELAY_DATABASE_URL: complete.HAVEN_RELAY_DATABASE_URL,
      HAVEN_KAFKA_BROKERS: ['kafka-1:9092', 'kafka-2:9092'],
      HAVEN_SIGNING_KEY_FILE: '/run/secrets/intake.signing.json',
      HAVEN_KAFKA_PREFIX: '',
      HAVEN_ISSUER: 'https://issuer.example',
      HAVEN_ALLOW_DEMO_CREDENTIALS: false,
      HAVEN_LOG_LEVEL: 'info',
      HAVEN_BACKLOG_MAX_ROWS: 100_000,
      HAVEN_BACKLOG_MAX_AGE_MS: 600_000,
      HAVEN_RATE_LIMIT_PER_MINUTE: 6_000,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
      HAVEN_LOOP_DELAY_MAX_MS: 1_000,
    })
  })

  test('what the schema does not name is not taken over', () => {
    expect(loadConfig(schema, { ...complete, PATH: '/bin', HAVEN_OTHER: '1' })).not.toHaveProperty('PATH')
  })

  test('the process environment is not looked at behind the given one', () => {
    process.env.HAVEN_NOTE = 'from the process'
    try {
      expect(loadConfig(schema, complete)).not.toHaveProperty('HAVEN_NOTE')
    } finally {
      delete process.env.HAVEN_NOTE
    }
  })

  test('an empty value counts as absent', () => {
    expect(loadConfig(schema, { ...complete, HAVEN_LOG_LEVEL: '' }).HAVEN_LOG_LEVEL).toBe('info')
  })

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig(schema, complete))).toBe(true)
  })

  test('the schema is as it was, so that a second load sees the same', () => {
    const fresh = Type.Object(serviceSettings)
    const before = JSON.stringify(fresh)
    loadConfig(fresh, complete)
    expect(JSON.stringify(fresh)).toBe(before)
  })
})

describe('a secret in a file', () => {
  const { HAVEN_DATABASE_URL: url, ...rest } = complete

  test('is read without the line break at its end', () => {
    const path = file('url', `${url}\n`)
    expect(loadConfig(schema, { ...rest, HAVEN_DATABASE_URL_FILE: path }).HAVEN_DATABASE_URL).toBe(url)
  })

  test('an unreadable file is one problem and not also a missing setting', () => {
    const error = problemsOf({ ...rest, HAVEN_DATABASE_URL_FILE: join(directory, 'absent') })
    expect(error.problems).toEqual([{ setting: 'HAVEN_DATABASE_URL', problem: expect.stringContaining('ENOENT') }])
  })

  test('an empty file is refused', () => {
    const error = problemsOf({ ...rest, HAVEN_DATABASE_URL_FILE: file('empty', '\n') })
    expect(error.problems).toEqual([{ setting: 'HAVEN_DATABASE_URL', problem: expect.stringContaining('empty') }])
  })

  test('value and file together are refused, since nobody can tell which was meant', () => {
    const error = problemsOf({ ...complete, HAVEN_DATABASE_URL_FILE: file('second', url) })
    expect(error.message).toContain('keep HAVEN_DATABASE_URL or HAVEN_DATABASE_URL_FILE')
  })
})

describe('a wrong environment', () => {
  test('all problems are named at once, each with its remedy', () => {
    const error = problemsOf({ HAVEN_HTTP_PORT: 'http', HAVEN_ISSUER: 'issuer', HAVEN_LOG_LEVEL: 'loud' })
    expect(error.problems.map(problem => problem.setting).sort()).toEqual([
      'HAVEN_DATABASE_URL',
      'HAVEN_HTTP_PORT',
      'HAVEN_ISSUER',
      'HAVEN_KAFKA_BROKERS',
      'HAVEN_LOG_LEVEL',
      'HAVEN_RELAY_DATABASE_URL',
      'HAVEN_SIGNING_KEY_FILE',
    ])
    expect(error.message).toContain('HAVEN_DATABASE_URL is missing, set it or HAVEN_DATABASE_URL_FILE')
    expect(error.message).toContain('HAVEN_LOG_LEVEL must be one of fatal, error, warn, info')
    expect(error.message).toContain('HAVEN_HTTP_PORT must be integer: the port to listen on')
  })

  test('a broker without a port is refused', () => {
    expect(problemsOf({ ...complete, HAVEN_KAFKA_BROKERS: 'kafka-1' }).message).toContain('HAVEN_KAFKA_BROKERS')
  })

  test('no message ever holds a value', () => {
    const names = Object.keys(schema.properties)
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: 1_000_000, max: 9_999_999 }), (name, n) => {
        const value = `s3cret-${n}:value`
        try {
          loadConfig(schema, { [name]: value })
        } catch (error) {
          expect((error as Error).message).not.toContain(String(n))
        }
      }),
    )
  })
})

describe('what may be logged', () => {
  test('secrets and what the schema does not know are hidden', () => {
    const shown = publicConfig(schema, loadConfig(schema, complete))
    expect(JSON.stringify(shown)).not.toContain('s3cret')
    expect(shown).toMatchObject({ HAVEN_HTTP_PORT: 8080, HAVEN_DATABASE_URL: '[hidden]' })
    expect(publicConfig(Type.Object({}), { stray: 'x' } as never)).toEqual({ stray: '[hidden]' })
  })
})

describe('Kafka', () => {
  const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'
  const secured = {
    ...complete,
    HAVEN_KAFKA_USERNAME: 'haven-intake',
    HAVEN_KAFKA_PASSWORD: 's3cret',
    HAVEN_KAFKA_CA: ca,
  }

  test('is plain text without an authority, and by a login over TLS with one', () => {
    const brokers = ['kafka-1:9092', 'kafka-2:9092']
    expect(kafkaOf(loadConfig(schema, complete))).toEqual({ brokers, prefix: '' })
    expect(kafkaOf(loadConfig(schema, { ...complete, HAVEN_KAFKA_CA_FILE: file('ca.pem', `${ca}\n`) }))).toEqual({
      brokers,
      prefix: '',
      security: { ca },
    })
    expect(kafkaOf(loadConfig(schema, secured)).security).toEqual({
      ca,
      sasl: { username: 'haven-intake', password: 's3cret' },
    })
  })

  test('its password is hidden where settings are shown', () => {
    expect(publicConfig(schema, loadConfig(schema, secured))).toMatchObject({ HAVEN_KAFKA_PASSWORD: '[hidden]' })
  })

  test('its authorities are shown by their fingerprints, as openssl gives them', async () => {
    const [one, two] = [await createAuthority('One'), await createAuthority('Two')].map(made => made.certificate)
    const shown = publicConfig(schema, loadConfig(schema, { ...secured, HAVEN_KAFKA_CA: `${one}${two}${ca}` }))
    const of = (pem?: string) => `SHA-256 ${new X509Certificate(pem!).fingerprint256}`
    expect(shown.HAVEN_KAFKA_CA).toEqual([of(one), of(two), 'not a certificate'])
    expect(JSON.stringify(shown)).not.toContain('BEGIN')
  })

  test.each([
    ['a user without a password', 'HAVEN_KAFKA_PASSWORD'],
    ['a password without a user', 'HAVEN_KAFKA_USERNAME'],
    ['a login that would travel in plain text', 'HAVEN_KAFKA_CA'],
  ])('%s is refused, naming what is missing once', (_, setting) => {
    const { [setting]: _left, ...env } = secured as Record<string, string>
    const { problems, message } = problemsOf(env)
    expect(problems.map(problem => problem.setting)).toEqual([setting])
    expect(message).toContain(`${setting} is missing, set it or ${setting}_FILE`)
    expect(message).not.toContain('s3cret')
  })

  test('a file that holds no certificate is refused', () => {
    expect(problemsOf({ ...secured, HAVEN_KAFKA_CA: 'nothing' }).problems[0]?.setting).toBe('HAVEN_KAFKA_CA')
  })
})
