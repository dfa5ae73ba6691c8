import Type from 'typebox'
import { expect, test } from 'vitest'
import { ConfigError, loadConfig, serviceSettings, tracingOf } from './index.ts'

const all = Type.Object(serviceSettings)
const tracing = (env: Record<string, string>) => {
  const names = Object.keys(serviceSettings).filter(name => name.startsWith('OTEL_'))
  const schema = Type.Pick(all, names as (keyof typeof serviceSettings)[])
  return tracingOf(loadConfig(schema, env) as Parameters<typeof tracingOf>[0])
}

test('without settings nothing is exported, and what would be follows its caller', () => {
  expect(tracing({})).toEqual({ endpoint: undefined, headers: {}, sampler: 'parentbased_always_on', ratio: 1 })
})

test('headers are names and values, of which a value may hold what separates them', () => {
  const set = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_EXPORTER_OTLP_HEADERS: 'x-team=a, key=b=c' }
  expect(tracing(set)).toMatchObject({ endpoint: 'http://collector:4318', headers: { 'x-team': 'a', key: 'b=c' } })
})

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:word@collector:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318/?key=word'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'word'],
  ['OTEL_TRACES_SAMPLER', 'sometimes'],
  ['OTEL_TRACES_SAMPLER_ARG', '25'],
])('%s=%s is refused with what it should be', (name, value) => {
  expect(() => tracing({ [name]: value })).toThrow(ConfigError)
  expect(() => tracing({ [name]: value })).toThrow(name)
  expect(() => tracing({ [name]: value })).not.toThrow('word')
})
