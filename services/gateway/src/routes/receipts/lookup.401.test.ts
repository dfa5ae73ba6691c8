import { lookupOperation, refusesUnknownCallers } from '../../../test/refusals.ts'

refusesUnknownCallers(lookupOperation)
