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
export { traceOf } from './trace.ts'
