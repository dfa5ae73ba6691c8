export { createService, type ServiceDeps, type ServiceOptions } from './create-service.ts'
export { etagOf, IfMatch, versionOf } from './etag.ts'
export type { Instance } from './instance.ts'
export { acceptJson, type JsonBodyOptions } from './json-body.ts'
export { showConsumers } from './metrics/consumers.ts'
export { showPools } from './metrics/pools.ts'
export { openApiDocument } from './openapi.ts'
export { cutPage, NextPage, PageQuery, pagePosition } from './page.ts'
export type { RateLimit } from './rate-limit.ts'
export type { Readiness } from './readiness.ts'
export type { LoadLimit } from './refuse-overload.ts'
export { runService, type ServiceProgram } from './run-service.ts'
export { type Lifetime, type ServeOptions, serve } from './serve.ts'
export {
  openRecordingSurroundings,
  openSurroundings,
  type RecordingSurroundings,
  type Surroundings,
  type SurroundingsOptions,
} from './surroundings.ts'
