import type { OpenedCase } from '../domain/case.ts'
import type { Tx } from './client.ts'

interface NewCase extends OpenedCase {
  id: string
  referral: string
  person: string
  organisation: string
}

/** Adds a case with its care team. */
export async function addCase(tx: Tx, { referral, person, careTeam, ...columns }: NewCase): Promise<void> {
  await tx.case.create({
    data: { ...columns, referralId: referral, personId: person, careTeam: { create: [...careTeam] } },
    select: { id: true },
  })
}
