import swagger from '@fastify/swagger'
import type { ActionTable } from '@haven/access'
import { baseProblems, ProblemDocument, type ProblemTable, problemMediaType } from '@haven/problem'
import type { FastifyInstance, FastifySchema } from 'fastify'

export interface OpenApiOptions {
  readonly title: string
  readonly description: string
}

interface Described extends OpenApiOptions {
  readonly version: string
  readonly actions: ActionTable
  readonly problems: ProblemTable
}

/** Collects the routes that are added afterwards; each gets its security, its purposes and its problems from its declared access. */
export async function describeRoutes(app: FastifyInstance, described: Described): Promise<void> {
  app.addSchema({ ...ProblemDocument, $id: 'Problem' })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: described.title,
        version: described.version,
        description: `${described.description}\n\n${problemList(described.problems)}`,
      },
      components: { securitySchemes },
    },
    refResolver: { buildLocalReference: json => String(json.$id) },
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, ...fromAccess(schema, route.config?.access, described.actions), ...problemsOf(schema) },
      url,
    }),
  })
}

const securitySchemes = {
  clientCredentials: {
    type: 'oauth2',
    description: 'Tokens of the configured identity provider; its discovery document names the real token endpoint.',
    flows: { clientCredentials: { tokenUrl: 'https://identity-provider.invalid/token', scopes: {} } },
  },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt (RFC 9068)' },
} as const

type Access = { action: string } | { open: string } | undefined

function fromAccess(schema: FastifySchema | undefined, access: Access, actions: ActionTable): FastifySchema {
  if (!access || !('action' in access)) return {}
  const security = [{ clientCredentials: [] }, { bearer: [] }]
  const { purposes } = actions[access.action]!
  if (purposes === 'credential') return { security }
  const headers = (schema?.headers ?? {}) as { properties?: object; required?: string[] }
  const purpose = { type: 'string', enum: [...purposes], description: 'why you look (one code)' }
  return {
    security,
    headers: {
      type: 'object',
      ...headers,
      properties: { ...headers.properties, 'Purpose-Of-Use': purpose },
      required: [...(headers.required ?? []), 'Purpose-Of-Use'],
    },
  }
}

function problemsOf(schema: FastifySchema | undefined): FastifySchema {
  const content = { [problemMediaType]: { schema: { $ref: 'Problem#' } } }
  return {
    response: {
      '4xx': { description: 'The request was refused: code says why, detail what to do', content },
      '5xx': { description: 'The service could not answer: code says why', content },
      ...(schema?.response as object | undefined),
    },
  }
}

function problemList(problems: ProblemTable): string {
  const rows = Object.entries({ ...baseProblems, ...problems })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { status, title }]) => `| ${code} | ${status} | ${title} |`)
  return [
    'Every answer names its request in the header X-Request-Id: the id under which it stands in the access record; quote it when you ask about an answer.',
    '',
    'Errors are `application/problem+json` (RFC 9457):',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}

/**
 * The OpenAPI document of a service with its keys in a stable order, so that a committed copy can be compared byte for byte
 * with `JSON.stringify(document, null, 2)`. Waits until the service is ready.
 */
export async function openApiDocument(app: Pick<FastifyInstance, 'ready' | 'swagger'>): Promise<object> {
  await app.ready()
  return sorted(app.swagger()) as object
}

// Order says nothing in these objects; arrays keep theirs.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]))
}
