import { refusesWhoMayNot } from '../../../test/refusals.ts'

refusesWhoMayNot({ method: 'GET', url: '/receipts' })
