import { lookupOperation, refusesWhoMayNot } from '../../../test/refusals.ts'

refusesWhoMayNot(lookupOperation)
