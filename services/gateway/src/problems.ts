import { defineProblems } from '@haven/problem'

export const problems = defineProblems({
  'partner-unknown': {
    status: 403,
    title: 'This client is not registered as a partner',
    remedy: 'Ask the operator to register your client and organisation as a partner.',
  },
  'partner-disabled': {
    status: 403,
    title: 'This partner is disabled',
    remedy: 'Ask the operator why, and to enable it again.',
  },
  'source-not-registered': {
    status: 403,
    title: 'The event has a source that is not yours',
    remedy: 'Send a source under one of your registered prefixes, or ask the operator to register it.',
  },
  'referring-organisation-not-registered': {
    status: 403,
    title: 'You may not submit for this referring organisation',
    remedy: 'Name an organisation you are registered for, or ask the operator to register it.',
  },
  'event-type-unknown': {
    status: 422,
    title: 'The event has a type that is not taken here',
    remedy: 'GET /event-types lists the types that are taken, each with its schema and a sample.',
  },
  'event-identity-conflict': {
    status: 409,
    title: 'Another event was accepted under this source and id',
    remedy: 'Send a new id: an accepted event is never replaced.',
  },
  'no-valid-event': {
    status: 422,
    title: 'No event of the batch can be accepted',
    remedy: 'Correct what errors names; each pointer begins with the index of its event. Nothing was accepted.',
  },
  'batch-empty': {
    status: 422,
    title: 'The batch holds no event',
    remedy: 'Send a JSON array of 1 to 500 CloudEvents.',
  },
  'batch-too-long': {
    status: 413,
    title: 'The batch holds too many events',
    remedy: 'Send at most 500 events at once.',
  },
})
