import type { CloudEvent } from '@haven/contracts'
import type { Finding } from './reading.ts'

/** A registered partner system, as far as rules ask for it. */
export interface Partner {
  readonly id: string
  readonly organisation: string
  /** Prefixes of `source` that it may use. */
  readonly sources: readonly string[]
  /** Organisations for whom it may submit; `*` is any. */
  readonly referringOrganisations: readonly string[]
}

/** What a partner may not do, with the code of the answer. */
export interface Refusal extends Finding {
  readonly code: 'source-not-registered' | 'referring-organisation-not-registered'
}

/** All that the event claims and the partner's registration does not cover. */
export function refusalsOf(partner: Partner, event: CloudEvent): Refusal[] {
  const refusals: Refusal[] = []
  if (!partner.sources.some(prefix => isUnder(prefix, event.source))) {
    refusals.push({
      code: 'source-not-registered',
      pointer: '/source',
      detail: `begins with none of the prefixes that are registered for you (${listed(partner.sources)}); ask the operator to register it`,
    })
  }
  const referring = referringOrganisation(event)
  if (referring !== undefined && !mayReferFor(partner, referring)) {
    refusals.push({
      code: 'referring-organisation-not-registered',
      pointer: '/data/referral/referringOrganisation',
      detail: `is not an organisation for whom you are registered to submit (${listed(partner.referringOrganisations)}); ask the operator to register it`,
    })
  }
  return refusals
}

/**
 * Says whether a source lies under a registered prefix. A prefix ends at a boundary of the URI: `urn:partner:harbour` covers `urn:partner:harbour:2`
 * and not `urn:partner:harbour-house`, which may be another partner's.
 */
export function isUnder(prefix: string, source: string): boolean {
  if (prefix === '' || !source.startsWith(prefix)) return false
  const next = source.charAt(prefix.length)
  return next === '' || boundary.test(prefix.slice(-1)) || boundary.test(next)
}

// The partner's own registration, told to itself.
function listed(registered: readonly string[]): string {
  const most = 10
  const more = registered.length > most ? ', …' : ''
  return `${registered.slice(0, most).join(', ') || 'none'}${more}`
}

const boundary = /[/:?#]/

function mayReferFor(partner: Partner, organisation: string): boolean {
  return partner.referringOrganisations.some(registered => registered === '*' || registered === organisation)
}

function referringOrganisation(event: CloudEvent): string | undefined {
  const data = event.data as { referral?: { referringOrganisation?: unknown } } | undefined
  const named = data?.referral?.referringOrganisation
  return typeof named === 'string' ? named : undefined
}
