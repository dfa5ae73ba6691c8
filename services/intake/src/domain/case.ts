/** HTCDS cas_Status, verbatim. */
export const caseStatuses = ['Active', 'FollowUp', 'Closed', 'ClosedReferred'] as const
export type CaseStatus = (typeof caseStatuses)[number]

/** A case as it begins: its opener owns it and is the first of its care team. */
export interface OpenedCase {
  status: 'Active'
  version: 1
  owner: string
  openedAt: Date
  careTeam: readonly [{ subject: string; role: 'owner'; since: Date }]
}

/** Accepting a referral opens its case in the same transaction: nobody is ever accepted without a case worker. */
export function openCase(by: string, at: Date): OpenedCase {
  return {
    status: 'Active',
    version: 1,
    owner: by,
    openedAt: at,
    careTeam: [{ subject: by, role: 'owner', since: at }],
  }
}
