import type { Principal } from '@haven/auth'
import { Problem, problemDocument, problemMediaType, problemOf } from '@haven/problem'
import { traceOf } from '@haven/telemetry'
import { inSpan } from '@haven/telemetry/spans'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ActionTable } from './actions.ts'
import type { GuardedRoute } from './declaration.ts'
import type { GrantedAccess } from './plugin.ts'
import { type About, type Ended, entryOfRequest, type Recording } from './record/make-entry.ts'
import type { Recorder } from './record/recorder.ts'
import { beginStreams, isStream } from './streams/begin-streams.ts'
import type { StreamRecord } from './streams/stream-record.ts'

/** What is known of a request on a guarded route, up to its answer. */
interface Course {
  readonly declared: GuardedRoute
  readonly begunMs: number
  /** Read at once: a connection that is gone when the answer is ready has none any more. */
  readonly ip: string
  principal?: Principal
  access?: GrantedAccess
  /** The code that is answered. */
  problem?: string
  isDenied?: boolean
  about?: About
  /** The entry of success was committed with the effect. */
  isEntered?: boolean
}

const courses = new WeakMap<FastifyRequest, Course>()
// Tripped before this plugin has begun with the request.
const tripped = new WeakSet<FastifyRequest>()

/** The course of a request on a guarded route; begun when it is asked for first. */
export function courseOf(request: FastifyRequest): Course | undefined {
  const known = courses.get(request)
  if (known || request.is404) return known
  const declared = request.routeOptions.config.access
  if (!declared || 'open' in declared) return undefined
  const begun: Course = { declared, begunMs: performance.now(), ip: request.ip ?? 'gone' }
  courses.set(request, begun)
  return begun
}

/** For the rate limiter: this 429 is the first of its client's window and gets an entry, those after it get none. */
export function noteFirstRefusal(request: FastifyRequest): void {
  tripped.add(request)
}

export interface RecordingOptions extends Recording {
  readonly actions: ActionTable
  readonly recorder: Pick<Recorder, 'check' | 'record'>
  /** Judges a request anew while its answer goes on: the code of why it may not be shown more. */
  readonly judgeAgain: (request: FastifyRequest) => Promise<string | undefined>
  /** Milliseconds between two such judgements. */
  readonly judgeEveryMs: number
}

/**
 * No byte of an answer leaves before its entry is durable: the entry is made in onSend, the last place before the head is written, for whatever became of
 * the request. When it cannot be, the answer is replaced by 503.
 */
export function recordAnswers(app: FastifyInstance, options: RecordingOptions): void {
  app.decorateRequest('entry', function entry(this: FastifyRequest, about: About = {}): Uint8Array {
    const course = courseOf(this)
    if (!course?.access) throw new Error('request.entry was called on a request that nothing was granted to')
    return entryOf(
      this,
      course,
      { outcome: 'success', about: { ...declaredAbout(this, course.declared), ...about } },
      options,
    )
  })
  app.decorateRequest('entered', function entered(this: FastifyRequest): void {
    const course = courseOf(this)
    if (course) course.isEntered = true
  })
  app.addHook('onError', async (request, _reply, error) => {
    const course = courseOf(request)
    if (course) course.problem = problemOf(error).code
  })
  app.addHook('preSerialization', async (request, reply, payload) => {
    const course = courseOf(request)
    if (course && reply.statusCode < 400) course.about = aboutAnswer(request, course, payload)
    return payload
  })
  const begin = beginStreams(app, options.judgeEveryMs)
  app.addHook('onSend', async (request, reply, payload) => {
    const course = courseOf(request)
    if (course && isStream(payload)) {
      return begin(payload, course.declared.streams, streamRecord(request, course, options), reply).catch(error => {
        if (error instanceof Problem && error.code === 'audit-unavailable') return refuse(request, reply, error)
        throw error
      })
    }
    const ended = course && endOf(request, reply, course)
    if (!course || !ended) return payload
    try {
      const recorded = recordOf(request, [entryOf(request, course, ended, options)], options)
      await inTime(course.begunMs, reply, recorded)
      return payload
    } catch (error) {
      return refuse(request, reply, error)
    }
  })
}

/** The wait for an entry to be durable, as a part of its request's trace. */
function recordOf(
  request: FastifyRequest,
  entries: readonly Uint8Array[],
  { recorder }: Pick<RecordingOptions, 'recorder'>,
): Promise<void> {
  const { traceparent, sampledSpanId } = traceOf(request.raw)
  if (sampledSpanId === undefined) return recorder.record(entries)
  return inSpan('record entry', { parent: traceparent }, () => recorder.record(entries))
}

/** The entries of an answer that is sent piece by piece: all of the same request, none without a grant. */
function streamRecord(request: FastifyRequest, course: Course, options: RecordingOptions): StreamRecord {
  return {
    log: request.log,
    refused: () => options.judgeAgain(request),
    async enter(outcome, about, reason) {
      // A chunk names its people itself; whoever a feed is about is known from the request.
      const known =
        about.range === undefined ? declaredAbout(request, course.declared) : aboutAnswer(request, course, undefined)
      const whole = { ...known, ...about }
      try {
        await recordOf(request, [entryOf(request, course, { outcome, reason, about: whole }, options)], options)
      } catch (error) {
        throw error instanceof Problem ? error : new Problem('audit-unavailable', { cause: error })
      }
    },
  }
}

/** Milliseconds from a request's arrival in which a caller hears that nothing can be answered. */
const deadlineMs = 1_600
const leastMs = 200

// A handler that failed has spent time on a sick database already; the entry of its failure gets what is left.
async function inTime(begunMs: number, reply: FastifyReply, recorded: Promise<void>): Promise<void> {
  if (reply.statusCode < 500) return recorded
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const leftMs = Math.max(leastMs, deadlineMs - (performance.now() - begunMs))
    timer = setTimeout(
      () => reject(new Problem('audit-unavailable', { internal: 'no time was left for the entry' })),
      leftMs,
    )
  })
  try {
    await Promise.race([recorded, late])
  } finally {
    clearTimeout(timer)
  }
}

interface End {
  readonly outcome: Ended['outcome']
  readonly reason?: string | undefined
  readonly about: About
}

// 413, 415, what is not even JSON and what an overloaded process turns away are refused before anything is looked at (docs/unrecorded.md).
const unrecorded: readonly string[] = [
  'overloaded',
  'body-too-large',
  'unsupported-media-type',
  'malformed-json',
  'body-too-deep',
  'malformed-request',
]
const refusals: readonly number[] = [401, 403, 404]

/** How the request ends, or nothing where no entry is due. */
function endOf(request: FastifyRequest, reply: FastifyReply, course: Course): End | undefined {
  const { statusCode } = reply
  if (statusCode < 400) {
    return course.isEntered
      ? undefined
      : { outcome: 'success', about: course.about ?? aboutAnswer(request, course, undefined) }
  }
  const reason = course.problem
  if (statusCode === 413 || (reason !== undefined && unrecorded.includes(reason))) return undefined
  if (statusCode === 429 && !tripped.has(request)) return undefined
  const outcome = course.isDenied || refusals.includes(statusCode) ? 'denied' : 'failure'
  return { outcome, reason, about: declaredAbout(request, course.declared) }
}

function entryOf(
  request: FastifyRequest,
  course: Course,
  { outcome, reason, about }: End,
  options: RecordingOptions,
): Uint8Array {
  const { declared, ip, principal, access } = course
  const name = declared.action
  const action = options.actions[name]!
  return entryOfRequest(
    request,
    { name, action, outcome, reason, ip, principal, role: access?.role, ...about },
    options,
  )
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What is known without an answer. An id of the path is kept only when it is one: whatever else stands there could be a name. */
function declaredAbout(request: FastifyRequest, { fields }: GuardedRoute): About {
  const { id } = (request.params ?? {}) as { id?: unknown }
  return {
    ...(fields && { fields }),
    ...(typeof id === 'string' && uuid.test(id) && { resource: { id } }),
  }
}

function aboutAnswer(request: FastifyRequest, { declared }: Course, payload: unknown): About {
  const { items } = (payload ?? {}) as { items?: unknown }
  return {
    ...declaredAbout(request, declared),
    ...(typeof declared.subjects === 'function' && { subjects: declared.subjects(request, payload) }),
    ...(declared.resource && { resource: declared.resource(request, payload) }),
    ...(Array.isArray(items) && { resultCount: items.length }),
  }
}

// Headers that tell of what is not answered now.
const telling = ['etag', 'location', 'content-length', 'last-modified', 'content-disposition']

/** Replaces the answer: throwing here would end in Fastify's own form when an error was being answered already. */
function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): string {
  const problem = error instanceof Problem ? error : new Problem('audit-unavailable', { cause: error })
  const { code, status, internal, title } = problem
  request.log.error({ problem: code, status, internal, thrown: problem.cause ?? problem }, title)
  for (const header of telling) reply.removeHeader(header)
  reply
    .code(status)
    .headers({ 'retry-after': '5', ...problem.headers })
    .type(problemMediaType)
  return JSON.stringify(problemDocument(problem, request.id, traceOf(request.raw).traceId))
}
