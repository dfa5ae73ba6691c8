import { errorCodes } from 'fastify'
import { expect, test } from 'vitest'
import { Problem, problemOf } from '../src/index.ts'

test.each([
  [new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), 'body-too-large', 413],
  [new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('text/x'), 'unsupported-media-type', 415],
  [new errorCodes.FST_ERR_CTP_EMPTY_JSON_BODY(), 'malformed-json', 400],
  [new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY(), 'malformed-json', 400],
  [new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH(), 'malformed-request', 400],
  [new errorCodes.FST_ERR_BAD_URL('/%zz'), 'malformed-request', 400],
  [new errorCodes.FST_ERR_NOT_FOUND(), 'not-found', 404],
  [Object.assign(new Error('from a plugin'), { statusCode: 429 }), 'too-many-requests', 429],
  [Object.assign(new Error('from a plugin'), { statusCode: 418 }), 'internal-error', 500],
])('%s is told to the caller as %s', (error, code, status) => {
  expect(problemOf(error)).toMatchObject({ code, status, cause: error })
})

test('a problem stays the problem it is', () => {
  const problem = new Problem('conflict')
  expect(problemOf(problem)).toBe(problem)
})

test.each([
  ['body', 'must be integer'],
  ['querystring', 'query parameter must be integer'],
  ['params', 'path parameter must be integer'],
  ['headers', 'header must be integer'],
])('a wrong field of the %s says where it stands', (validationContext, detail) => {
  const validation = [
    {
      instancePath: '/limit',
      schemaPath: '#/properties/limit/type',
      keyword: 'type',
      params: { type: 'integer' },
      message: 'must be integer',
    },
  ]
  const problem = problemOf(Object.assign(new Error('limit must be integer'), { validation, validationContext }))
  expect(problem).toMatchObject({ code: 'validation-failed', status: 422, errors: [{ pointer: '/limit', detail }] })
})
