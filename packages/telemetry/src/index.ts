export type { Logger } from 'pino'
export { createLogger, type LoggerOptions } from './logger.ts'
export {
  type Metrics,
  metrics,
  metricsMediaType,
  type Reading,
  type Sample,
  showCounters,
  showGauges,
} from './metrics.ts'
export { RequestLog } from './request-log.ts'
export { requestTelemetry } from './request-telemetry.ts'
export { startTracing, type Tracing, type TracingOptions } from './start-tracing.ts'
export { type RequestTrace, traceOf } from './trace.ts'
