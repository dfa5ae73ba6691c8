import { type Role, roles, type ServiceName } from '@haven/contracts'
import type { IssuerClient } from './clients.ts'

/** The organisation that receives referrals in the local system; its staff have it in their tokens. */
export const receivingOrganisation = 'haven-programme'

/** A partner that is registered from the first start on, so that there is one to act as. */
export interface DemoPartner {
  clientId: string
  name: string
  organisation: string
  sources: string[]
  referringOrganisations: string[]
}

/** Both are invented. The first may refer for anyone, as a hotline does that passes on what it hears. */
export const demoPartners: readonly DemoPartner[] = [
  {
    clientId: 'partner',
    name: 'Harbour House',
    organisation: 'harbour-house',
    sources: ['urn:partner:harbour-house', 'urn:haven:import:nrm'],
    referringOrganisations: ['*'],
  },
  {
    clientId: 'otherPartner',
    name: 'Northern Light',
    organisation: 'northern-light',
    sources: ['urn:partner:northern-light'],
    referringOrganisations: ['Northern Light'],
  },
]

/** One client a role, two partners, and `stranger`: a case worker of an organisation that has nothing to do with any case. */
export function demoClients(secretOf: (id: string) => string): IssuerClient[] {
  const people = roles
    .filter(role => role !== 'partner')
    .map(role => person(role, role, receivingOrganisation, secretOf))
  const partners = demoPartners.map(({ clientId, organisation }) => partner(clientId, organisation, secretOf))
  return [...partners, ...people, person('stranger', 'caseworker', 'elsewhere', secretOf)]
}

function person(id: string, role: Role, organisation: string, secretOf: (id: string) => string): IssuerClient {
  // Fixed, so that what a demo person has done stays theirs over restarts and new secrets.
  return {
    id,
    secret: secretOf(id),
    organisation,
    roles: [role],
    kind: 'person',
    subject: `demo-${id}`,
    service: role === 'auditor' ? 'audit' : 'intake',
  }
}

function partner(id: string, organisation: string, secretOf: (id: string) => string): IssuerClient {
  const service: ServiceName = 'gateway'
  return { id, secret: secretOf(id), organisation, roles: ['partner'], kind: 'client', service }
}
