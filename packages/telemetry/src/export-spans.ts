import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import { listedSpan } from './listed-span.ts'
import { tracerName } from './spans.ts'
import type { Tracing, TracingOptions } from './start-tracing.ts'

const sendTimeoutMs = 5_000
const stopAfterMs = 1_500
// Spans wait here for a collector; beyond them new ones are dropped.
const queue = { maxQueueSize: 2_048, maxExportBatchSize: 512, scheduledDelayMillis: 1_000 }

/** The part of tracing that needs the SDK; see `startTracing`. */
export function exportSpans(options: TracingOptions & { readonly endpoint: string }): Tracing {
  const { service, endpoint, headers = {}, log } = options
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const exporter = guarded(new OTLPTraceExporter({ url, headers, timeoutMillis: sendTimeoutMs }), log)
  const sdk = new NodeSDK({
    // What is not given here NodeSDK takes from the environment or begins by itself: exporters of metrics and logs to this machine, and
    // in every message the command line, its user and the host's name.
    autoDetectResources: false,
    resource: resourceFromAttributes({
      'service.namespace': 'haven',
      'service.name': service,
      'service.instance.id': randomUUID(),
    }),
    sampler: samplerOf(options),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...queue })],
    metricReaders: [],
    logRecordProcessors: [],
    textMapPropagator: null,
  })
  sdk.start()
  log.info({ sampler: options.sampler }, 'spans are exported')
  return {
    async stop() {
      trace.disable()
      const sent = sdk.shutdown().catch(() => undefined)
      await Promise.race([sent, sleep(stopAfterMs, undefined, { ref: false })])
    },
  }
}

function samplerOf({ sampler, ratio }: Pick<TracingOptions, 'sampler' | 'ratio'>): Sampler {
  const root = sampler.endsWith('always_on')
    ? new AlwaysOnSampler()
    : sampler.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio)
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

/**
 * Lets nothing out that is not ours and listed: a library names its spans as it likes. Says once that the collector is away, and once that it is back: a line for every batch would drown the others.
 */
function guarded(exporter: SpanExporter, log: TracingOptions['log']): SpanExporter {
  let isAway = false
  return {
    export(spans, done) {
      const ours = spans.filter(({ instrumentationScope: { name } }) => name === tracerName)
      if (ours.length === 0) return done({ code: 0 })
      exporter.export(ours.map(listedSpan), result => {
        const hasFailed = result.error !== undefined || result.code !== 0
        if (hasFailed && !isAway) log.warn({ error: wordsOf(result.error) }, 'spans cannot be exported and are dropped')
        if (!hasFailed && isAway) log.info({}, 'spans are exported again')
        isAway = hasFailed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }
}

// The message of a refusal holds what the collector answered.
function wordsOf(error: (Error & { code?: unknown }) | undefined): string {
  return String(error?.code ?? error?.name ?? 'unknown')
}
