export { type Acl, aclsOf, kafkaUserOf, ownNames } from './acls.ts'
export { annotationKeywords, htcds, must, personal, personalPaths } from './annotations.ts'
export { asyncApi } from './asyncapi.ts'
export {
  AuditEntry,
  actorTypes,
  auditClasses,
  auditOutcomes,
  entryBytes,
  maxEntryBytes,
} from './audit-entry.ts'
export { type Language, sentenceActions, sentenceOf } from './audit-sentences.ts'
export { canonicalBytes } from './canonical.ts'
export { type CloudEvent, CloudEventEnvelope, sealedEventType } from './cloud-event.ts'
export { countryCodes } from './countries.ts'
export {
  type EventType,
  eventTypes,
  type ReceiptState,
  type ReferralState,
  receiptStates,
  referralStates,
  schemaFor,
} from './events.ts'
export { type HtcdsPicklistField, htcdsPicklists } from './htcds-picklists.ts'
export { limits } from './limits.ts'
export { partitionOf } from './partition.ts'
export { type PartnerEventType, partnerEventTypes } from './partner-events.ts'
export {
  CalendarDate,
  Code,
  CountryCode,
  Email,
  Instant,
  LanguageCode,
  Line,
  Phone,
  Prose,
  Uuid,
} from './primitives.ts'
export { isPurposeCode, type Purpose, type PurposeCode, purposeCodes, purposes } from './purposes.ts'
export {
  type ReferralSource,
  type ReferralSubmitted,
  ReferralSubmittedData,
  type ReferralWithdrawn,
  ReferralWithdrawnData,
  type ReferredPerson,
  type ReferredVictim,
  referralSources,
} from './referral.ts'
export { isRole, type Role, roles } from './roles.ts'
export {
  accessTopicOf,
  accessTopics,
  consumersOf,
  factTopicsOf,
  type ServiceName,
  serviceNames,
  type TopicDefinition,
  topics,
} from './topics.ts'
