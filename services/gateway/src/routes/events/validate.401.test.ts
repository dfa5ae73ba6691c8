import { eventOperation, refusesUnknownCallers } from '../../../test/refusals.ts'

refusesUnknownCallers(eventOperation('/events/validate'))
