import { eventOperation, refusesWhoMayNot } from '../../../test/refusals.ts'

refusesWhoMayNot(eventOperation('/events/validate'))
