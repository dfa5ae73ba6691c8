import type { PurposeCode } from './purposes.ts'
import type { Role } from './roles.ts'

/** Languages that sentences are written in. */
export type Language = 'en' | 'tr'

type Texts = Readonly<Record<Language, string>>

/** An action in words: done (`#` is the number of things, where it counts), and what was wanted when it was not done. */
export interface Phrase {
  readonly did: Texts
  readonly to: Texts
  /** Of a feed, which `did` opens: the entry of its closing. */
  readonly ended?: Texts
}

const phrase = (did: string, to: string, yapti: string, yapmak: string): Phrase => ({
  did: { en: did, tr: yapti },
  to: { en: to, tr: yapmak },
})

/** Every action that Haven records. */
export const phrases: Readonly<Record<string, Phrase>> = {
  'access.why': phrase(
    'asked why something is allowed or refused to them',
    'ask why something is allowed or refused to them',
    'bir işlemin kendisine neden açık veya kapalı olduğunu sordu',
    'bir işlemin kendisine neden açık veya kapalı olduğunu sormak',
  ),
  'actor.entries': phrase(
    'read # entries of the access record about one actor',
    "read an actor's entries in the access record",
    'erişim kaydında bir kullanıcının # girdisini okudu',
    'erişim kaydında bir kullanıcının girdilerini okumak',
  ),
  'case.list': phrase('listed # cases', 'list cases', '# vakayı listeledi', 'vakaları listelemek'),
  'case.read': phrase('read a case', 'read a case', 'bir vakayı okudu', 'bir vakayı okumak'),
  'chain.check': phrase(
    'found a chain of the access record as it should be again',
    'check a chain of the access record',
    'erişim kaydının bir zincirini yeniden düzgün buldu',
    'erişim kaydının bir zincirini denetlemek',
  ),
  'completeness.read': phrase(
    'read how complete the access record is',
    'read how complete the access record is',
    'erişim kaydının ne kadar tam olduğunu okudu',
    'erişim kaydının ne kadar tam olduğunu okumak',
  ),
  'entry.follow': {
    ...phrase(
      'began to follow the access record',
      'follow the access record',
      'erişim kaydını izlemeye başladı',
      'erişim kaydını izlemek',
    ),
    ended: {
      en: 'followed the access record and was shown # entries',
      tr: 'erişim kaydını izledi, # girdi gördü',
    },
  },
  'entry.list': phrase(
    'read # entries of the access record',
    'read entries of the access record',
    'erişim kaydının # girdisini okudu',
    'erişim kaydının girdilerini okumak',
  ),
  'entry.read': phrase(
    'read one entry of the access record',
    'read one entry of the access record',
    'erişim kaydının bir girdisini okudu',
    'erişim kaydının bir girdisini okumak',
  ),
  'event.post': phrase('handed in # events', 'hand in events', '# olay bildirdi', 'olay bildirmek'),
  'event.validate': phrase(
    'had events checked without effect',
    'have events checked without effect',
    'olayları etkisiz olarak denetletti',
    'olayları etkisiz olarak denetletmek',
  ),
  'inbound.apply': phrase(
    "opened and applied a partner's event",
    "open and apply a partner's event",
    'bir ortağın olayını açıp uyguladı',
    'bir ortağın olayını açıp uygulamak',
  ),
  'producer.list': phrase(
    'listed # producers of the access record',
    'list the producers of the access record',
    'erişim kaydının # kaynağını listeledi',
    'erişim kaydının kaynaklarını listelemek',
  ),
  'receipt.list': phrase('listed # receipts', 'list receipts', '# alındıyı listeledi', 'alındıları listelemek'),
  'receipt.lookup': phrase('looked up # receipts', 'look up receipts', '# alındıyı aradı', 'alındıları aramak'),
  'receipt.read': phrase('read a receipt', 'read a receipt', 'bir alındıyı okudu', 'bir alındıyı okumak'),
  'referral.accept': phrase(
    'accepted a referral and opened its case',
    'accept a referral',
    'bir yönlendirmeyi kabul edip vakasını açtı',
    'bir yönlendirmeyi kabul etmek',
  ),
  'referral.list': phrase(
    'listed # referrals',
    'list referrals',
    '# yönlendirmeyi listeledi',
    'yönlendirmeleri listelemek',
  ),
  'referral.read': phrase('read a referral', 'read a referral', 'bir yönlendirmeyi okudu', 'bir yönlendirmeyi okumak'),
  'referral.redirect': phrase(
    'redirected a referral',
    'redirect a referral',
    'bir yönlendirmeyi başka kuruma aktardı',
    'bir yönlendirmeyi başka kuruma aktarmak',
  ),
  'referral.reject': phrase(
    'rejected a referral',
    'reject a referral',
    'bir yönlendirmeyi reddetti',
    'bir yönlendirmeyi reddetmek',
  ),
  'referral.summarise': phrase(
    'counted referrals',
    'count referrals',
    'yönlendirmeleri saydı',
    'yönlendirmeleri saymak',
  ),
  'subject.entries': phrase(
    'read # entries of the access record about one person',
    "read a person's entries in the access record",
    'erişim kaydında bir kişi hakkındaki # girdiyi okudu',
    'erişim kaydında bir kişi hakkındaki girdileri okumak',
  ),
  'subject.lookup': phrase('looked up # people', 'look up a person', '# kişiyi aradı', 'bir kişiyi aramak'),
}

/** Roles as whoever acts is called; Turkish needs no article. */
export const roleNames: Readonly<Record<Role, Texts>> = {
  partner: { en: 'A partner system', tr: 'bir ortak sistemi' },
  caseworker: { en: 'A caseworker', tr: 'bir vaka çalışanı' },
  shelterManager: { en: 'A shelter manager', tr: 'bir sığınma evi yöneticisi' },
  psychologist: { en: 'A psychologist', tr: 'bir psikolog' },
  avrrOfficer: { en: 'A return and reintegration officer', tr: 'bir geri dönüş ve uyum görevlisi' },
  trainer: { en: 'A trainer', tr: 'bir eğitmen' },
  competentAuthority: { en: 'The competent authority', tr: 'yetkili makam' },
  auditor: { en: 'An auditor', tr: 'bir denetçi' },
  dataProtectionOfficer: { en: 'A data-protection officer', tr: 'bir veri koruma görevlisi' },
  operator: { en: 'An operator', tr: 'bir işletmen' },
}

/** Purposes as they end an English sentence (`for …`) and stand before `amacıyla` in a Turkish one. */
export const purposeNames: Readonly<Record<PurposeCode, Texts>> = {
  assistance: { en: 'assistance', tr: 'yardım' },
  protection: { en: 'protection', tr: 'koruma' },
  identification: { en: 'identification', tr: 'mağdur tespiti' },
  shelter: { en: 'shelter', tr: 'barınma' },
  psychosocialCare: { en: 'psychosocial care', tr: 'psikososyal destek' },
  returnAndReintegration: { en: 'return and reintegration', tr: 'geri dönüş ve uyum' },
  emergencyResponse: { en: 'the emergency response', tr: 'acil müdahale' },
  reporting: { en: 'reporting', tr: 'raporlama' },
  audit: { en: 'review of the record', tr: 'kayıt denetimi' },
  dataSubjectRequest: { en: "a person's own request", tr: 'ilgili kişinin başvurusu' },
  legalClaim: { en: 'a legal claim', tr: 'hukuki talep' },
  research: { en: 'research', tr: 'araştırma' },
  breakGlass: { en: 'an emergency without the usual relation', tr: 'olağan ilişki olmadan acil durum' },
  operations: { en: 'running the system', tr: 'sistemin işletimi' },
}
