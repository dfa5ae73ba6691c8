/**
 * `unavailable`: no broker, no leader, no answer in time: the same call may succeed later. All others need a person:
 * `untrusted` (a broker's certificate), `login-refused`, `forbidden` (a right is missing), `topic-missing`, `partition-missing`, `topics-differ`, `acls-differ`,
 * `no-authorizer` (the broker knows no rights), `refused` (by the broker, see the cause), `closed`, `malformed` (a record that is no CloudEvent).
 */
export type BusErrorCode =
  | 'unavailable'
  | 'untrusted'
  | 'login-refused'
  | 'forbidden'
  | 'topic-missing'
  | 'partition-missing'
  | 'topics-differ'
  | 'acls-differ'
  | 'no-authorizer'
  | 'refused'
  | 'closed'
  | 'malformed'

export class BusError extends Error {
  readonly code: BusErrorCode

  constructor(code: BusErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'BusError'
    this.code = code
  }

  /** Whether the same call may succeed later without anybody doing anything. */
  get transient(): boolean {
    return this.code === 'unavailable'
  }

  /** Whether Kafka keeps us out, or lacks a topic. Waiting alone does not help, yet whoever puts it right at the broker need not start us anew. */
  get bars(): boolean {
    return barring.has(this.code)
  }
}

const barring: ReadonlySet<BusErrorCode> = new Set(['untrusted', 'login-refused', 'forbidden', 'topic-missing'])

interface ErrorLike {
  name?: string
  message?: string
  type?: string
  code?: string | number
  retriable?: boolean
  cause?: unknown
  errors?: unknown[]
}

const transientNames = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSStaleTopicMetadataAssignment',
  'KafkaJSFetcherRebalanceError',
  'KafkaJSMemberIdRequired',
  'KafkaJSOffsetOutOfRange',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
])

const transientTypes = new Set([
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
])

/** What kafkajs throws, without a name, for a broker that took the connection and never said which versions it speaks: one that hangs. */
const neverSpoke = 'Broker not connected'

const socketCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/

// What Node's TLS says of a certificate, or of a broker that does not speak TLS.
const tlsCodes =
  /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(GET|VERIFY)|INVALID_(CA|PURPOSE)|ERR_TLS_CERT|ERR_SSL_|HOSTNAME_MISMATCH)/
const loginTypes = /^(SASL_AUTHENTICATION_FAILED|UNSUPPORTED_SASL_MECHANISM|ILLEGAL_SASL_STATE)$/
// A connection that breaks in the middle of a login is no refusal, though kafkajs gives it the same name.
const brokenOff = /closed connection|connection (error|timeout)|timed out/i

/** Which of the codes that bar an error of the client is, with the remedy. */
function barrierOf({
  name,
  type,
  code,
  message = '',
}: ErrorLike): { code: BusErrorCode; says: string; remedy: string } | undefined {
  if (tlsCodes.test(String(code)))
    return {
      code: 'untrusted',
      says: 'A broker could not be trusted',
      remedy:
        'HAVEN_KAFKA_CA_FILE has to name the authority that signs for it, HAVEN_KAFKA_BROKERS the host names in its certificate',
    }
  if ((name === 'KafkaJSSASLAuthenticationError' && !brokenOff.test(message)) || loginTypes.test(type ?? ''))
    return {
      code: 'login-refused',
      says: 'Kafka refused the login',
      remedy: 'correct HAVEN_KAFKA_USERNAME and HAVEN_KAFKA_PASSWORD, or make the user at the broker',
    }
  if (/_AUTHORIZATION_FAILED$/.test(type ?? ''))
    return {
      code: 'forbidden',
      says: 'Kafka does not permit it to HAVEN_KAFKA_USERNAME',
      remedy: "run 'haven topics apply' as the administrator, which grants each service what it needs",
    }
  return undefined
}

/** The innermost cause: the client wraps what happened up to three times on its way out of its retries. */
export function rootCause(error: unknown): ErrorLike {
  let current = error as ErrorLike
  for (let depth = 0; depth < 10; depth++) {
    // Several topics may be refused in one answer; the first says it.
    const inner = current.cause ?? current.errors?.[0]
    if (!(inner instanceof Error)) break
    current = inner
  }
  return current
}

/** Whether an error of the client comes from a broker that is away, restarting or moving a leader or a group. */
export function isPassing(error: unknown): boolean {
  if (error instanceof BusError) return error.transient
  const root = rootCause(error)
  if (barrierOf(root)) return false
  if (transientNames.has(root.name ?? '') || root.name === 'KafkaJSSASLAuthenticationError') return true
  if (root.name === 'KafkaJSProtocolError') return root.retriable === true || transientTypes.has(root.type ?? '')
  if (root.name === 'KafkaJSError') return root.retriable === true
  return root.message === neverSpoke || socketCodes.test(String(root.code))
}

/**
 * What a log line or an error's text may say of a failure: the client's sentence where it speaks of brokers and groups, else the error's name.
 * kafkajs quotes a whole record in some of the others.
 */
export function wordsOf(error: unknown): string {
  if (error instanceof BusError) return error.message
  const { name, message, code } = rootCause(error)
  const speaksOfBrokers =
    transientNames.has(name ?? '') ||
    name === 'KafkaJSProtocolError' ||
    name === 'KafkaJSSASLAuthenticationError' ||
    message === neverSpoke ||
    socketCodes.test(String(code))
  return (speaksOfBrokers ? message : name) ?? typeof error
}

/** Puts an error of the client into the words of the port. `doing` completes 'Kafka failed while …'. */
export function toBusError(error: unknown, doing: string): BusError {
  if (error instanceof BusError) return error
  const root = rootCause(error)
  if (root.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new BusError('topic-missing', `A topic does not exist (while ${doing}): run 'haven topics apply'.`, {
      cause: error,
    })
  }
  const barrier = barrierOf(root)
  if (barrier) {
    const { code, says, remedy } = barrier
    return new BusError(code, `${says} (while ${doing}): ${wordsOf(error)}; ${remedy}.`, { cause: error })
  }
  if (isPassing(error)) {
    return new BusError('unavailable', `Kafka does not answer (while ${doing}): ${wordsOf(error)}`, {
      cause: error,
    })
  }
  return new BusError('refused', `Kafka refused (while ${doing}): ${wordsOf(error)}`, { cause: error })
}

/** Bounds a call that has no deadline of its own. */
export async function within<T>(ms: number, doing: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BusError('unavailable', `Kafka did not answer within ${ms} ms (while ${doing}).`)),
      ms,
    )
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
