import type { Attributes, Meter } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { watchProcess } from './process-metrics.ts'

export interface Metrics {
  /** Makes instruments. Labels hold route templates, codes and states; never an id. */
  readonly meter: Meter
  /** The present values in Prometheus' text format. */
  render(): Promise<string>
  close(): Promise<void>
}

/** What `render` answers. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * One registry for a process, read by scraping; the exporter's own server is not started. Names follow OpenTelemetry's semantic conventions where there
 * is one, with the unit behind them as Prometheus has it (the exporter does not put it there).
 */
export function metrics({ service }: { service: string }): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [reader] })
  const serializer = new PrometheusSerializer('', false, undefined, true, true)
  const meter = provider.getMeter(`haven-${service}`)
  const unwatch = watchProcess(meter)
  return {
    meter,
    async render() {
      const { resourceMetrics, errors } = await reader.collect()
      if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected')
      return serializer.serialize(resourceMetrics)
    },
    close() {
      unwatch()
      return provider.shutdown()
    },
  }
}

/** A value with its labels, as it is read when somebody scrapes. */
export type Sample = readonly [value: number, labels?: Attributes]

/** A name, what it says, and the values of the moment. */
export type Reading = readonly [name: string, description: string, read: () => readonly Sample[]]

/** Shows values that go up and down. They are read when somebody scrapes and cost nothing otherwise. */
export function showGauges(meter: Meter, readings: readonly Reading[]): void {
  for (const [name, description, read] of readings)
    meter.createObservableGauge(name, { description }).addCallback(result => observe(result, read))
}

/** Shows counts that the process keeps anyway. */
export function showCounters(meter: Meter, readings: readonly Reading[]): void {
  for (const [name, description, read] of readings)
    meter.createObservableCounter(name, { description }).addCallback(result => observe(result, read))
}

function observe(result: { observe(value: number, labels?: Attributes): void }, read: Reading[2]): void {
  for (const [value, labels] of read()) result.observe(value, labels)
}
