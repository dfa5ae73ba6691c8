import { toProblem } from '@haven/db'
import type { Partner } from '../domain/partner.ts'
import type { Store } from './client.ts'

/** The partner that a client's credential stands for, or null. Both must fit: a client moved to another organisation is another partner. */
export async function findPartner(
  store: Pick<Store, 'partner'>,
  { clientId, organisation }: { clientId: string; organisation: string },
): Promise<(Partner & { disabled: boolean }) | null> {
  const where = { clientId, organisation }
  const select = {
    id: true,
    organisation: true,
    sources: true,
    referringOrganisations: true,
    disabledAt: true,
  } as const
  try {
    const row = await store.partner.findFirst({ where, select })
    if (row === null) return null
    const { disabledAt, ...partner } = row
    return { ...partner, disabled: disabledAt !== null }
  } catch (error) {
    throw toProblem(error)
  }
}
