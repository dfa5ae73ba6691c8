import { Instant, ReferralSubmittedData, Uuid } from '@haven/contracts'
import Type, { type Static } from 'typebox'
import { caseStatuses } from '../../domain/case.ts'
import type { CaseRow, FoundCase } from '../../store/case-view.ts'
import type { PersonAttributes } from '../../store/sealed.ts'
import { ListedPerson, Person, renderListed, renderPerson, Victim } from '../person.ts'

const closed = { additionalProperties: false } as const
const referred = ReferralSubmittedData.properties.referral.properties

const inClear = {
  id: Uuid(),
  version: Type.Integer({ minimum: 1, description: 'its ETag' }),
  referral: Uuid(),
  status: Type.Enum(caseStatuses, { 'x-htcds': 'cas_Status' }),
  owner: Type.String({ description: 'subject of who manages it', 'x-htcds': 'cas_CaseOwner' }),
  openedAt: Instant(),
}

/** A case in a list. */
export const CaseItem = Type.Object({ ...inClear, person: ListedPerson }, { ...closed, title: 'Case in a list' })

/** A case with its team. */
export const Case = Type.Object(
  {
    ...inClear,
    source: referred.source,
    referringOrganisation: referred.referringOrganisation,
    urgency: referred.urgency,
    interimSafety: referred.interimSafety,
    careTeam: Type.Array(
      Type.Object({ subject: Type.String(), role: Type.Enum(['owner', 'member']), since: Instant() }, closed),
    ),
    person: Person,
    victim: Victim,
  },
  { ...closed, title: 'Case' },
)

function renderClear({ id, version, referral, status, owner, openedAt }: CaseRow) {
  return { id, version, referral, status, owner, openedAt: openedAt.toISOString() }
}

export function renderItem(row: CaseRow, attributes: PersonAttributes | null): Static<typeof CaseItem> {
  return { ...renderClear(row), person: renderListed(row.person, attributes) }
}

export function renderCase(row: FoundCase, attributes: PersonAttributes | null): Static<typeof Case> {
  return {
    ...renderClear(row),
    source: row.source as Static<typeof referred.source>,
    referringOrganisation: row.referringOrganisation,
    urgency: row.urgency as Static<typeof referred.urgency>,
    interimSafety: row.interimSafety as Static<typeof referred.interimSafety>,
    careTeam: row.team.map(({ subject, role, since }) => ({ subject, role, since: since.toISOString() })),
    ...renderPerson(row.person, attributes),
  }
}
