import { once } from 'node:events'
import { appendFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it was exported, in the collector's own words for it. */
export interface CollectedSpan {
  /** `service.name` of whoever made it. */
  service: string
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  kind: number
  attributes: Record<string, unknown>
  /** 2 is an error. */
  status: { code?: number; message?: string }
  events: unknown[]
}

export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string
  /** What came, one body a line, as it came. */
  readonly bodies: readonly string[]
  /** What else somebody asked for: method, path, media type. */
  readonly refused: readonly string[]
  spans(): CollectedSpan[]
  close(): Promise<void>
}

/**
 * Takes spans as an OpenTelemetry collector does (OTLP over HTTP, JSON) and, with a file, appends each body to it as a line, as the collector's
 * file exporter does. @param options.port a free one unless told
 */
export async function startCollector(options: { file?: string; port?: number } = {}): Promise<Collector> {
  const bodies: string[] = []
  const refused: string[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts).toString('utf8')
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') {
      refused.push(`${request.method} ${request.url} ${request.headers['content-type']}`)
      response.writeHead(415).end()
      return
    }
    if (options.file !== undefined) await appendFile(options.file, `${body}\n`)
    bodies.push(body)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    refused,
    spans: () => bodies.flatMap(spansIn),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

interface KeyValue {
  key: string
  value: Record<string, unknown>
}
interface ExportedSpan extends Omit<CollectedSpan, 'service' | 'attributes' | 'events'> {
  attributes?: KeyValue[]
  events?: unknown[]
}
interface Exported {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: ExportedSpan[] }[] }[]
}

/** The spans of one body, or of one line of a collector's file. */
export function spansIn(body: string): CollectedSpan[] {
  return (JSON.parse(body) as Exported).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name'])
    return scopeSpans.flatMap(({ spans }) => spans.map(span => read(service, span)))
  })
}

function read(service: string, { attributes = [], events = [], parentSpanId, ...span }: ExportedSpan): CollectedSpan {
  const { traceId, spanId, name, kind, status } = span
  const parent = parentSpanId === undefined || parentSpanId === '' ? undefined : parentSpanId
  return {
    service,
    traceId,
    spanId,
    parentSpanId: parent,
    name,
    kind,
    status,
    attributes: valuesOf(attributes),
    events,
  }
}

function valuesOf(pairs: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, contentOf(value)]))
}

// OTLP's JSON writes whole numbers as numbers or, as collectors do, as text.
function contentOf({ intValue, ...other }: KeyValue['value']): unknown {
  return intValue === undefined ? Object.values(other)[0] : Number(intValue)
}
