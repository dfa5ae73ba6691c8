import type { TObject } from 'typebox'
import type { CloudEvent } from './cloud-event.ts'
import {
  type ReferralSubmitted,
  ReferralSubmittedData,
  type ReferralWithdrawn,
  ReferralWithdrawnData,
} from './referral.ts'

/** An event that a partner may post to the gateway. */
export interface PartnerEventType<D = unknown> {
  type: string
  title: string
  summary: string
  dataSchema: TObject
  /** A complete event that is accepted as it stands by a partner registered for its source and organisation. */
  sample: CloudEvent<D>
}

// The people in the samples are invented.
const submitted: PartnerEventType<ReferralSubmitted> = {
  type: 'haven.partner.referral.submitted.v1',
  title: 'Referral submitted',
  summary:
    'A partner refers a person. The referral is acknowledged by rule; a person then accepts, rejects or redirects it.',
  dataSchema: ReferralSubmittedData,
  sample: {
    specversion: '1.0',
    id: 'ref-2020-0117/1',
    source: 'urn:partner:harbour-house',
    type: 'haven.partner.referral.submitted.v1',
    time: '2020-03-02T09:30:00Z',
    datacontenttype: 'application/json',
    data: {
      reference: 'ref-2020-0117',
      referral: {
        source: 'ngo',
        referringOrganisation: 'Harbour House',
        referredOn: '2020-03-02',
        reason: 'AdditionalServicesRequired',
        details: 'Asks for a safe place to stay and for legal advice.',
        urgency: 'urgent',
        interimSafety: 'safe',
        consent: { given: true, obtainedOn: '2020-03-01' },
      },
      person: {
        firstName: 'Lale',
        secondName: 'Ornek',
        birthdate: '1996-05-14',
        gender: 'Feminine',
        citizenship: ['KZ'],
        primaryLanguage: 'kaz',
      },
      victim: {
        traffickingStatus: 'PossibleVictimOfTrafficking',
        typeOfExploitation: ['ForcedLabour'],
        methodsOfControl: ['WithholdsDocuments', 'DebtBondage'],
        ageGroupAtExploitation: 'adult',
      },
    },
  },
}

const withdrawn: PartnerEventType<ReferralWithdrawn> = {
  type: 'haven.partner.referral.withdrawn.v1',
  title: 'Referral withdrawn',
  summary:
    'A partner withdraws its referral, by its own reference. An accepted, rejected or redirected one is not withdrawn.',
  dataSchema: ReferralWithdrawnData,
  sample: {
    specversion: '1.0',
    id: 'ref-2020-0117/2',
    source: 'urn:partner:harbour-house',
    type: 'haven.partner.referral.withdrawn.v1',
    time: '2020-03-04T15:00:00Z',
    datacontenttype: 'application/json',
    data: { reference: 'ref-2020-0117', reason: 'supportedElsewhere' },
  },
}

/** All events that partners may post. */
export const partnerEventTypes: readonly PartnerEventType[] = [submitted, withdrawn]
