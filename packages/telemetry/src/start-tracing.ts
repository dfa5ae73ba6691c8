import type { Logger } from 'pino'

export interface TracingOptions {
  readonly service: string
  /** Where spans go by OTLP over HTTP, e.g. `http://collector:4318`; without one none are made. */
  readonly endpoint?: string | undefined
  /** Names and values that the collector asks for, by name. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** As in OpenTelemetry's settings, e.g. `parentbased_traceidratio`. */
  readonly sampler: string
  /** The part of traces that begin here, from 0 to 1, for a sampler by ratio. */
  readonly ratio: number
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** What exports the spans of a process. */
export interface Tracing {
  /** Sends what is left, for at most 1.5 s: nobody waits for a collector that is away. */
  stop(): Promise<void>
}

/** Begins to export spans, once in a process and before its first request. Without an endpoint nothing of the SDK is even loaded. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { endpoint } = options
  if (endpoint === undefined) return { stop: async () => undefined }
  const { exportSpans } = await import('./export-spans.ts')
  return exportSpans({ ...options, endpoint })
}
