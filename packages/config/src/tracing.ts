import type { ServiceSettings } from './settings.ts'

/** What tracing is started with. */
export interface TracingAccess {
  endpoint: string | undefined
  headers: Record<string, string>
  sampler: string
  ratio: number
}

/** The reading of OpenTelemetry's settings. */
export function tracingOf(config: Readonly<ServiceSettings>): TracingAccess {
  const pairs = (config.OTEL_EXPORTER_OTLP_HEADERS ?? []).map(pair => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  return {
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: Object.fromEntries(pairs),
    sampler: config.OTEL_TRACES_SAMPLER,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
  }
}
