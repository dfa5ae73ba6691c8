import { type CloudEvent, htcdsPicklists, type ReferralSubmitted, referralSources } from '@haven/contracts'
import { type Random, randomFrom } from './random.ts'

// All invented: no name, number or address belongs to anybody.
const firstNames = ['Lale', 'Ayşegül', 'Çınar', 'Işıl', 'Nuri', 'Oksana', 'Timur', 'Zeynəb', 'Mehmet Can', 'Anahit']
const secondNames = ['Ornek', 'Yıldızoğlu', 'Şahinkaya', 'Kovalenko-Demir', 'Ibragimov', 'Öztürkmen', "D'Ornano"]
const citizenships = ['TR', 'KZ', 'UZ', 'MD', 'SY', 'AF', 'TM'] as const

/** A referral of an invented person, valid as it stands; the same seed gives the same one. */
export function inventedReferral(seed: number): ReferralSubmitted {
  const random = randomFrom(seed)
  const { pick } = random
  return {
    reference: `test-${seed}-${random.below(1e9)}`,
    referral: {
      source: pick(referralSources),
      referringOrganisation: 'Harbour House',
      referredOn: dateBetween(random, 2019, 2020),
      reason: pick(htcdsPicklists.cas_ReasonForIncomingReferral),
      details: `An invented referral, number ${seed}.`,
      urgency: pick(['routine', 'urgent', 'emergency']),
      interimSafety: pick(['safe', 'atRisk', 'unknown']),
      consent: { given: true, obtainedOn: dateBetween(random, 2019, 2020) },
    },
    person: {
      firstName: pick(firstNames),
      secondName: pick(secondNames),
      birthdate: dateBetween(random, 1960, 2003),
      gender: pick(htcdsPicklists.prs_Gender),
      citizenship: [pick(citizenships)],
      primaryLanguage: pick(['tur', 'rus', 'kaz', 'ara']),
      identityNumber: `X${10_000_000 + random.below(89_999_999)}`,
      mobilePhone: `+9955${10_000_000 + random.below(89_999_999)}`,
      email: `person-${seed}-${random.below(1e6)}@example.org`,
    },
    victim: {
      traffickingStatus: pick(htcdsPicklists.vic_TraffickingStatus),
      typeOfExploitation: [pick(htcdsPicklists.vic_TypeOfExploitation)],
      ageGroupAtExploitation: pick(['adult', 'child', 'unknown']),
    },
  }
}

/** The event with which a partner refers that person. Default source: the one of the samples. */
export function submittedEvent(
  data: ReferralSubmitted,
  source = 'urn:partner:harbour-house',
): CloudEvent<ReferralSubmitted> {
  return {
    specversion: '1.0',
    id: `${data.reference}/1`,
    source,
    type: 'haven.partner.referral.submitted.v1',
    datacontenttype: 'application/json',
    data,
  }
}

/** A calendar date from the first of `from` to the 28th of December of `to`. */
export function dateBetween(random: Random, from: number, to: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${from + random.below(to - from + 1)}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`
}
