import { createHash } from 'node:crypto'
import type { CloudEvent, ReferralSubmitted } from '@haven/contracts'
import { choicesOf, inventPerson } from './person.ts'
import { boundsOf, formatQuarter, type Quarter } from './quarter.ts'
import type { Cell } from './row.ts'

const dayMs = 86_400_000

/** `source` of imported events unless told otherwise. Together with the id it is an event's identity, wherever it is posted from. */
export const importSource = 'urn:haven:import:nrm'

/** One person of the statistics as a partner's event, and who referred them. */
export interface NrmEvent {
  responder: string
  event: CloudEvent<ReferralSubmitted>
}

/**
 * The events of a cell, one a person. Everything in them is made from quarter, cell and ordinal: the same file gives the same bytes
 * for ever, on every machine.
 */
export function* eventsOf(cell: Cell, quarter: Quarter, source = importSource): Generator<NrmEvent> {
  const name = JSON.stringify([formatQuarter(quarter), ...cell.labels])
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 20)
  for (let ordinal = 1; ordinal <= cell.people; ordinal++) {
    const id = `nrm-${formatQuarter(quarter).toLowerCase()}-${digest}-${ordinal}`
    yield { responder: cell.responder, event: eventOf(cell, quarter, { id, source, place: `${name} ${ordinal}` }) }
  }
}

function eventOf(
  cell: Cell,
  quarter: Quarter,
  at: { id: string; source: string; place: string },
): CloudEvent<ReferralSubmitted> {
  const referredOn = dayIn(quarter, at.place)
  const { gender, citizenship, ageGroup } = cell
  return {
    specversion: '1.0',
    id: at.id,
    source: at.source,
    type: 'haven.partner.referral.submitted.v1',
    time: `${referredOn}T09:00:00Z`,
    datacontenttype: 'application/json',
    data: {
      reference: at.id,
      // what the statistics do not say is said as unknown; without consent there would be no referral to the mechanism
      referral: {
        source: cell.source,
        referringOrganisation: cell.responder,
        referredOn,
        reason: 'AdditionalServicesRequired',
        urgency: 'routine',
        interimSafety: 'unknown',
        consent: { given: true, obtainedOn: referredOn },
      },
      person: inventPerson(at.place, { gender, citizenship, ageGroup, referredOn }),
      victim: {
        traffickingStatus: 'PossibleVictimOfTrafficking',
        ...(cell.exploitation.length === 0 ? {} : { typeOfExploitation: [...cell.exploitation] }),
        ageGroupAtExploitation: ageGroup,
      },
    },
  }
}

function dayIn(quarter: Quarter, place: string): string {
  const { from, until } = boundsOf(quarter)
  const day = choicesOf(`haven nrm day 1 ${place}`)((until - from) / dayMs)
  return new Date(from + day * dayMs).toISOString().slice(0, 10)
}
