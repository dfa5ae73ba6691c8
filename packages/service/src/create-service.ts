import { randomUUID } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type ActionTable, access, ownActions, type Recorder } from '@haven/access'
import type { Verifier } from '@haven/auth'
import { limits } from '@haven/contracts'
import { type ProblemTable, problemHandler } from '@haven/problem'
import { metrics as createMetrics, type Metrics, RequestLog, requestTelemetry, traceOf } from '@haven/telemetry'
import fastify, { type FastifyBaseLogger } from 'fastify'
import { answerHeaders, headAnswers } from './answer-headers.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { docsPage } from './docs-page.ts'
import { endConnections } from './end-connections.ts'
import type { Instance } from './instance.ts'
import { acceptJson } from './json-body.ts'
import { describeRoutes, type OpenApiOptions } from './openapi.ts'
import { operations } from './operations.ts'
import { namingOtherMethods } from './other-methods.ts'
import { defaultRateLimit, limitRequests, type RateLimit } from './rate-limit.ts'
import type { Readiness } from './readiness.ts'
import { defaultLoadLimit, type LoadLimit, refuseOverload } from './refuse-overload.ts'
import { validatorCompiler } from './validation.ts'
import { explainDecisions } from './why.ts'

/** What `createService` takes of a service's world. The `Deps` of a service extend it, so that they can be handed on as they are. */
export interface ServiceDeps {
  readonly version: string
  /** What it was built from, where that is known. */
  readonly commit?: string
  readonly log: FastifyBaseLogger
  readonly verifier: Pick<Verifier, 'verify'>
  /** Where each answer's entry becomes durable before it leaves. */
  readonly recorder: Pick<Recorder, 'check' | 'record'>
  readonly readiness: Readiness
  readonly rateLimit?: RateLimit
  readonly loadLimit?: LoadLimit
  /** The process's metrics, when instruments were made before; otherwise made here. Closed with the service. */
  readonly metrics?: Metrics
}

export interface ServiceOptions extends ServiceDeps {
  /** The service's name, e.g. `gateway`. */
  readonly name: string
  readonly actions: ActionTable
  /** The service's own table of errors, made by `defineProblems`. */
  readonly problems: ProblemTable
  readonly openapi: OpenApiOptions
}

/**
 * A service as all of them are: limits, authentication, access, problems, log lines, metrics, probes and documentation. Routes are
 * registered on what it returns; one without declared access keeps it from starting.
 */
export async function createService(options: ServiceOptions): Promise<Instance> {
  const { name, version, commit, recorder, readiness, metrics = createMetrics({ service: options.name }) } = options
  const actions = { ...ownActions, ...options.actions }
  const app = bareService(options.log)
  app.decorate('metrics', metrics)
  app.addHook('onClose', () => metrics.close())
  const docs = docsPage(app)
  await describeRoutes(app, { ...options.openapi, version, actions, problems: options.problems })
  await app.register(headAnswers)
  await app.register(endConnections)
  await app.register(requestTelemetry, { metrics })
  // The order is the order of judgement: what costs least stands first, and both limits before the token is verified.
  await app.register(refuseOverload, options.loadLimit ?? defaultLoadLimit)
  await app.register(limitRequests, options.rateLimit ?? defaultRateLimit)
  const { verifier } = options
  await app.register(access, { service: name, recorder, verifier, actions, onDecision: decisionCounter(metrics) })
  await docs.mount()
  explainDecisions(app, actions)
  await operations(app, { name, version, commit, readiness, metrics })
  return app
}

// Node's own limit is off under Fastify: a body that stops arriving would hold its connection, and what came of it, for ever. Node heeds the
// limit of the whole only when that of the headers is no longer.
const requestTimeoutMs = 30_000
const timeoutCheckMs = 2_000

function bareService(log: FastifyBaseLogger): Instance {
  const problems = problemHandler({ traceIdOf: request => traceOf(request.raw).traceId })
  const app = fastify({
    loggerInstance: log,
    logController: new RequestLog(),
    // A caller's own id could be anything, a name too; instance in problems needs a UUID.
    genReqId: () => randomUUID(),
    childLoggerFactory: (logger, bindings, childOptions, raw) =>
      logger.child({ ...bindings, trace: traceOf(raw).traceId }, childOptions),
    bodyLimit: limits.bodyBytes,
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: timeoutCheckMs,
      // Refused by headAnswers, in our form.
      requireHostHeader: false,
    },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // Fastify's own answer to a late request is no problem document; what is still on a connection is served (see endConnections).
    return503OnClosing: false,
    // An address that cannot be read comes here past every hook.
    frameworkErrors: (error, request, reply) =>
      problems.onError(error, request, reply.headers(answerHeaders(request.id))),
    clientErrorHandler: answerBrokenRequest(log),
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler(problems.onError)
  app.setNotFoundHandler(namingOtherMethods(app, problems.onNotFound))
  app.setValidatorCompiler(validatorCompiler('every error'))
  const large = validatorCompiler('first error')
  app.addHook('onRoute', route => {
    // All errors of a large body could cost more than the body was worth.
    if ((route.bodyLimit ?? 0) > limits.bodyBytes) route.validatorCompiler ??= large
  })
  app.removeAllContentTypeParsers()
  acceptJson(app, ['application/json'])
  return app
}

function decisionCounter(metrics: Metrics) {
  const decisions = metrics.meter.createCounter('haven.access.decisions', {
    description: 'Judged attempts at protected routes, by action and outcome',
  })
  return (attempt: { action: string; outcome: string; reason?: string }) => {
    decisions.add(1, { action: attempt.action, outcome: attempt.outcome, reason: attempt.reason ?? 'granted' })
  }
}
