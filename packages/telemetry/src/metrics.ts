import type { Meter } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

export interface Metrics {
  /** Makes instruments. Labels hold route templates, codes and states; never an id. */
  readonly meter: Meter
  /** The present values in Prometheus' text format. */
  render(): Promise<string>
  close(): Promise<void>
}

/** What `render` answers. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** One registry for a process, read by scraping; the exporter's own server is not started. */
export function metrics({ service }: { service: string }): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [reader] })
  const serializer = new PrometheusSerializer('', false, undefined, true, true)
  return {
    meter: provider.getMeter(`haven-${service}`),
    async render() {
      const { resourceMetrics, errors } = await reader.collect()
      if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected')
      return serializer.serialize(resourceMetrics)
    },
    close: () => provider.shutdown(),
  }
}
