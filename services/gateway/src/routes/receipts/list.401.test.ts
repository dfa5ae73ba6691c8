import { refusesUnknownCallers } from '../../../test/refusals.ts'

refusesUnknownCallers({ method: 'GET', url: '/receipts' })
