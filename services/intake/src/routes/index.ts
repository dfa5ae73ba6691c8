import type { Instance } from '@haven/service'
import type { Deps } from '../deps.ts'
import { listOwnCases } from './cases/list.ts'
import { readCase } from './cases/read.ts'
import { acceptReferral } from './referrals/accept.ts'
import { listReceivedReferrals } from './referrals/list.ts'
import { readReferral } from './referrals/read.ts'
import { redirectReferral } from './referrals/redirect.ts'
import { rejectReferral } from './referrals/reject.ts'
import { summariseReferrals } from './referrals/summarise.ts'
import { lookUpSubjects } from './subjects/lookup.ts'

const all = [
  listReceivedReferrals,
  summariseReferrals,
  readReferral,
  acceptReferral,
  rejectReferral,
  redirectReferral,
  listOwnCases,
  readCase,
  lookUpSubjects,
]

/** All routes, in the order of the document. */
export function routes(app: Instance, deps: Deps): void {
  for (const add of all) add(app, deps)
}
