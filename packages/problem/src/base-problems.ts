import { defineProblems } from './catalogue.ts'

/** What any service can answer. A service adds its own by `defineProblems` and never redefines these. */
export const baseProblems = defineProblems({
  'malformed-request': {
    status: 400,
    title: 'The request is not well-formed HTTP',
    remedy: 'Check the request line, the path and the headers.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not acceptable JSON',
    remedy: 'Send one JSON document in UTF-8 without a __proto__ or constructor.prototype key.',
  },
  'body-too-deep': {
    status: 422,
    title: 'The body is nested too deeply',
    remedy: 'Nest objects and arrays no deeper than 32 levels.',
  },
  'purpose-required': {
    status: 400,
    title: 'A purpose of use is required',
    remedy: 'Name one purpose in the header Purpose-Of-Use; the API documentation lists those this operation takes.',
  },
  'purpose-unknown': {
    status: 400,
    title: 'The purpose of use is not known',
    remedy: 'Send exactly one known code in the header Purpose-Of-Use; the API documentation lists them.',
  },
  'token-missing': {
    status: 401,
    title: 'An access token is required',
    remedy: 'Send a bearer token in the header Authorization.',
    headers: { 'www-authenticate': 'Bearer realm="haven"' },
  },
  'token-invalid': {
    status: 401,
    title: 'The access token was not accepted',
    remedy: 'Ask the identity provider for a new token for this service.',
    headers: { 'www-authenticate': 'Bearer realm="haven", error="invalid_token"' },
  },
  'role-not-permitted': {
    status: 403,
    title: 'The role does not permit this operation',
    remedy: 'Ask your organisation for a role that permits it.',
  },
  'purpose-not-permitted': {
    status: 403,
    title: 'The purpose is not permitted here',
    remedy: 'Name a purpose that this operation takes and that your role may claim.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here for you',
    remedy: 'Check the address; what you may not see is answered the same way.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take the method',
    remedy: 'Use a method that the header Allow names.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    remedy: 'Send the whole request within 30 seconds.',
  },
  conflict: {
    status: 409,
    title: 'The request conflicts with what is there',
    remedy: 'Read the present state and decide again.',
  },
  'precondition-failed': {
    status: 412,
    title: 'The resource has changed since you read it',
    remedy: 'Read it again and repeat with the new ETag in If-Match.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send less at once: a request may hold 64 KiB, a batch of events or a lookup of receipts 1 MiB.',
  },
  'address-too-long': {
    status: 414,
    title: 'A part of the address is too long',
    remedy: 'Check the identifiers in the address.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    remedy: 'Send a content type that the API documentation names for this operation.',
  },
  'validation-failed': {
    status: 422,
    title: 'The request does not fit its schema',
    remedy: 'Correct what errors names and send again.',
  },
  'precondition-required': {
    status: 428,
    title: 'The request must name the version it is about',
    remedy: 'Send the ETag you last read in If-Match.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait as long as Retry-After says.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Address and headers are too large',
    remedy: 'Send less than 16 KiB before the body.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    remedy: 'Try again later; quote instance when you report it.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer now',
    remedy: 'Try again after the time in Retry-After.',
  },
  overloaded: {
    status: 503,
    title: 'The service has more to do than it can',
    remedy: 'Try again after the time in Retry-After.',
  },
  starting: {
    status: 503,
    title: 'The service is starting',
    remedy: 'Try again after the time in Retry-After.',
  },
  'identity-provider-unreachable': {
    status: 503,
    title: 'The identity provider cannot be reached',
    remedy: 'Try again after the time in Retry-After.',
  },
  'audit-unavailable': {
    status: 503,
    title: 'The access record cannot be written, so nothing is answered',
    remedy: 'Try again after the time in Retry-After.',
  },
  'backlog-full': {
    status: 503,
    title: 'Too much waits to be sent on',
    remedy: 'Try again after the time in Retry-After.',
  },
})

export type BaseProblemCode = keyof typeof baseProblems
