import { refusesWhoMayNot } from '../../../test/refusals.ts'

refusesWhoMayNot({ method: 'GET', url: '/receipts/01980000-0000-7000-8000-000000000001' })
