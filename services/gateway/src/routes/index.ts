import { partnerEventTypes } from '@haven/contracts'
import { pointersOf } from '@haven/problem'
import type { Instance } from '@haven/service'
import type { Deps } from '../deps.ts'
import { compileSchemas } from '../domain/schemas.ts'
import { listEventTypes } from './event-types/list.ts'
import { readEventType } from './event-types/read.ts'
import { readEventTypeSchema } from './event-types/schema.ts'
import { readEventBodies } from './events/bodies.ts'
import { postEvents } from './events/post.ts'
import { validateEvents } from './events/validate.ts'
import { listOwnReceipts } from './receipts/list.ts'
import { lookupReceipts } from './receipts/lookup.ts'
import { readOwnReceipt } from './receipts/read.ts'

/** Every route, in the order of the API's documentation. */
export function routes(app: Instance, deps: Deps): void {
  const schemas = compileSchemas(partnerEventTypes, pointersOf)
  // A scope of their own: only these two take the content types of CloudEvents.
  app.register(async events => {
    const scope = events as Instance
    readEventBodies(scope)
    postEvents(scope, { deps, schemas })
    validateEvents(scope, { deps, schemas })
  })
  listOwnReceipts(app, deps)
  readOwnReceipt(app, deps)
  lookupReceipts(app, deps)
  listEventTypes(app)
  readEventType(app)
  readEventTypeSchema(app)
}
