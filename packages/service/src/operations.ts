import { type Metrics, metricsMediaType } from '@haven/telemetry'
import { Type } from 'typebox'
import type { Instance } from './instance.ts'
import { openApiDocument } from './openapi.ts'
import { type Readiness, readinessReporter } from './readiness.ts'

const Liveness = Type.Object({ status: Type.Literal('alive') })
const Version = Type.Object({
  service: Type.String(),
  version: Type.String(),
  commit: Type.Optional(Type.String({ description: 'what it was built from; absent where nobody said' })),
  node: Type.String(),
})
const ReadinessReport = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded'), Type.Literal('not-ready')]),
  checks: Type.Record(
    Type.String(),
    Type.Union([Type.Literal('ok'), Type.Literal('degraded'), Type.Literal('failing')]),
  ),
})

// Probes and scrapes come every few seconds and would drown what people did.
const quiet = 'warn'

export interface OperationsOptions {
  readonly name: string
  readonly version: string
  readonly commit: string | undefined
  readonly readiness: Readiness
  readonly metrics: Metrics
}

/** What operators and programs ask of every service; open, and nothing about a person in it. */
export async function operations(
  app: Instance,
  { name, version, commit, readiness, metrics }: OperationsOptions,
): Promise<void> {
  const report = readinessReporter(readiness, app.log)
  const open = (why: string) => ({ access: { open: why } })
  app.get(
    '/livez',
    {
      logLevel: quiet,
      config: { ...open('probe: says only that the process answers'), unlimited: true },
      schema: { tags: ['operations'], summary: 'The process answers', response: { 200: Liveness } },
    },
    async () => ({ status: 'alive' as const }),
  )
  app.get(
    '/readyz',
    {
      logLevel: quiet,
      config: { ...open('probe: names of checks and whether they pass'), unlimited: true },
      schema: {
        tags: ['operations'],
        summary:
          'What the service needs is there; 503 names what is not, `degraded` what it can do without for a while',
        response: { 200: ReadinessReport, 503: ReadinessReport },
      },
    },
    async (_request, reply) => {
      const state = await report()
      return reply.code(state.status === 'not-ready' ? 503 : 200).send(state)
    },
  )
  app.get(
    '/version',
    {
      config: open('which release runs'),
      schema: { tags: ['operations'], summary: 'Which release runs', response: { 200: Version } },
    },
    async () => ({ service: name, version, ...(commit !== undefined && { commit }), node: process.versions.node }),
  )
  app.get(
    '/metrics',
    {
      logLevel: quiet,
      config: {
        ...open('counts by route template and state, for the scraper of the own network'),
        unlimited: true,
      },
      schema: { tags: ['operations'], summary: 'Metrics in the text format of Prometheus', produces: ['text/plain'] },
    },
    async (_request, reply) => reply.type(metricsMediaType).send(await metrics.render()),
  )
  app.get('/openapi.json', { config: open('public documentation'), schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(await openApiDocument(app)),
  )
}
