import { describe, expect, test } from 'vitest'
import { isPassing, toBusError, within, wordsOf } from './errors.ts'

/** An error as kafkajs makes it: named, typed, and wrapped by its retries. */
function clientError(fields: object, wraps = 0): Error {
  const error = Object.assign(new Error('from the broker'), fields)
  return wraps === 0
    ? error
    : Object.assign(new Error('wrapped', { cause: clientError(fields, wraps - 1) }), { retriable: false })
}

describe('an error of the client', () => {
  test.each([
    [
      'a refused connection, which kafkajs calls final',
      clientError({ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED', retriable: true }, 2),
    ],
    ['a request without an answer', clientError({ name: 'KafkaJSRequestTimeoutError', retriable: true }, 1)],
    [
      'a leader that moves',
      clientError({ name: 'KafkaJSProtocolError', type: 'NOT_LEADER_FOR_PARTITION', retriable: true }, 1),
    ],
    [
      'a group that rebalances',
      clientError({ name: 'KafkaJSProtocolError', type: 'REBALANCE_IN_PROGRESS', retriable: false }),
    ],
    ['a socket that was reset', clientError({ code: 'ECONNRESET' })],
    ['a broker that hangs', clientError({ message: 'Broker not connected' }, 1)],
  ])('%s passes', (_, error) => {
    expect(isPassing(error)).toBe(true)
    expect(toBusError(error, 'sending')).toMatchObject({ code: 'unavailable', transient: true, cause: error })
  })

  test.each([
    [
      'a record that is too large',
      clientError({ name: 'KafkaJSProtocolError', type: 'MESSAGE_TOO_LARGE', retriable: false }, 1),
      'refused',
    ],
    [
      'a topic that is missing, which kafkajs calls passing',
      clientError({ name: 'KafkaJSProtocolError', type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true }, 1),
      'topic-missing',
    ],
    ['an error of our own', new TypeError('x is undefined'), 'refused'],
  ] as const)('%s needs a person', (_, error, code) => {
    expect(toBusError(error, 'sending')).toMatchObject({ code, transient: false })
  })
})

describe('an error that keeps us out', () => {
  const tls = (code: string) => clientError({ name: 'KafkaJSConnectionError', code, retriable: true }, 2)
  test.each([
    ['an authority that is not ours', tls('SELF_SIGNED_CERT_IN_CHAIN'), 'untrusted', 'HAVEN_KAFKA_CA_FILE'],
    ['another host’s certificate', tls('ERR_TLS_CERT_ALTNAME_INVALID'), 'untrusted', 'HAVEN_KAFKA_BROKERS'],
    ['a certificate past its time', tls('CERT_HAS_EXPIRED'), 'untrusted', 'HAVEN_KAFKA_CA_FILE'],
    ['a broker without TLS', tls('ERR_SSL_WRONG_VERSION_NUMBER'), 'untrusted', 'HAVEN_KAFKA_BROKERS'],
    [
      'a wrong password',
      clientError({ name: 'KafkaJSSASLAuthenticationError', retriable: false }, 1),
      'login-refused',
      'HAVEN_KAFKA_PASSWORD',
    ],
    [
      'a topic one may not write',
      clientError({ name: 'KafkaJSProtocolError', type: 'TOPIC_AUTHORIZATION_FAILED', retriable: false }),
      'forbidden',
      'haven topics apply',
    ],
    [
      'a group one may not join',
      clientError({ name: 'KafkaJSProtocolError', type: 'GROUP_AUTHORIZATION_FAILED', retriable: false }, 1),
      'forbidden',
      'haven topics apply',
    ],
    [
      'a topic that is not there',
      clientError({ name: 'KafkaJSProtocolError', type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: false }, 1),
      'topic-missing',
      'haven topics apply',
    ],
  ] as const)('%s names what to put right', (_, error, code, remedy) => {
    expect(isPassing(error)).toBe(false)
    const said = toBusError(error, 'sending')
    expect(said).toMatchObject({ code, transient: false, bars: true })
    expect(said.message).toContain(remedy)
  })

  test('is found where several topics are refused in one answer', () => {
    const refused = clientError({ name: 'KafkaJSCreateTopicError', type: 'TOPIC_AUTHORIZATION_FAILED' })
    const error = clientError({ name: 'KafkaJSAggregateError', errors: [refused] })
    expect(toBusError(error, 'creating').code).toBe('forbidden')
  })

  test('is not a connection that breaks in the middle of a login', () => {
    const error = Object.assign(new Error('SASL SCRAM SHA512 authentication failed: Closed connection'), {
      name: 'KafkaJSSASLAuthenticationError',
    })
    expect(toBusError(error, 'sending')).toMatchObject({ code: 'unavailable', bars: false })
  })
})

test.each([
  ['a broker’s address', clientError({ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }, 2), 'from the broker'],
  [
    'a broker’s refusal',
    clientError({ name: 'KafkaJSProtocolError', type: 'MESSAGE_TOO_LARGE' }, 1),
    'from the broker',
  ],
  ['not what may quote a record', clientError({ name: 'KafkaJSNonRetriableError' }, 1), 'KafkaJSNonRetriableError'],
  [
    'not what may quote our own data',
    Object.assign(new TypeError('Elvan'), { code: 'ERR_INVALID_ARG_TYPE' }),
    'TypeError',
  ],
])('the words of a failure are %s', (_, error, words) => {
  expect(wordsOf(error)).toBe(words)
  expect(toBusError(error, 'sending').message).toContain(words)
})

test('a call without a deadline of its own gets one', async () => {
  await expect(within(20, 'waiting', new Promise(() => {}))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('20 ms'),
  })
  await expect(within(1000, 'waiting', Promise.resolve(7))).resolves.toBe(7)
})
