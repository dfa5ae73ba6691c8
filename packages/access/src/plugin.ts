import type { Principal, Verifier } from '@haven/auth'
import type { PurposeCode, Role } from '@haven/contracts'
import { Problem, problemOf } from '@haven/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ActionTable } from './actions.ts'
import { bearerToken } from './bearer.ts'
import { decide } from './decide.ts'
import { checkDeclaration, type RouteAccess } from './declaration.ts'
import type { About } from './record/make-entry.ts'
import { policyOf } from './record/policy.ts'
import type { Recorder } from './record/recorder.ts'
import { courseOf, recordAnswers } from './recording.ts'
import { remedyOf } from './remedy.ts'

/** What was granted to a request: who, in which role, for which purpose (none where the credential states it). */
export interface GrantedAccess {
  readonly principal: Principal
  readonly action: string
  readonly role: Role
  readonly purpose?: PurposeCode
}

/** One judged attempt at a protected route, allowed or not. */
export type Attempt =
  | { readonly outcome: 'success'; readonly action: string; readonly access: GrantedAccess }
  | {
      readonly outcome: 'denied' | 'failure'
      readonly action: string
      /** The problem's code that is answered. */
      readonly reason: string
      /** Absent when no token was accepted. */
      readonly principal?: Principal
    }

export interface AccessOptions {
  /** The service's name, as it stands in entries. */
  readonly service: string
  /** Where each answer's entry becomes durable before it leaves. */
  readonly recorder: Pick<Recorder, 'check' | 'record'>
  readonly now?: () => Date
  readonly verifier: Pick<Verifier, 'verify'>
  readonly actions: ActionTable
  /** Milliseconds after which whoever follows a feed is judged anew; 10 s unless told. */
  readonly judgeEveryMs?: number
  /** Sees every attempt before its answer; when it throws, the request is refused with that error. */
  readonly onDecision?: (attempt: Attempt, request: FastifyRequest) => Promise<void> | void
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
  }
  interface FastifyRequest {
    /** What was granted; throws on a route that is open, where nobody was asked. */
    readonly access: GrantedAccess
    /**
     * The entry of this request's success, for the very statement or unit of work that makes its effect. Throws where nothing was granted.
     */
    entry(about?: About): Uint8Array
    /** Says that what held `entry()` has committed, so that an answer of success is not entered again. Who forgets it enters twice, never not at all. */
    entered(): void
  }
  interface FastifyInstance {
    /** What every route declares, for documents and tests that go through all of them. */
    readonly declaredRoutes: readonly DeclaredRoute[]
  }
}

/** A route with its declaration. */
export interface DeclaredRoute {
  readonly method: string
  readonly url: string
  readonly access: RouteAccess
}

const granted = new WeakMap<FastifyRequest, GrantedAccess>()

async function accessPlugin(app: FastifyInstance, options: AccessOptions): Promise<void> {
  app.decorateRequest('access', {
    getter(this: FastifyRequest) {
      const access = granted.get(this)
      if (!access) throw new Error('request.access was read on a route that is open')
      return access
    },
  })
  const declared: DeclaredRoute[] = []
  app.decorate('declaredRoutes', declared)
  app.addHook('onRoute', route => {
    const method = String(route.method)
    const access = checkDeclaration(route.config?.access, options.actions, `${method} ${route.url}`)
    declared.push({ method, url: route.url, access })
  })
  const { service, actions, recorder, now = () => new Date(), judgeEveryMs = 10_000 } = options
  const judgeAgain = (request: FastifyRequest) => refusalOf(request, options)
  recordAnswers(app, {
    service,
    actions,
    recorder,
    now,
    policy: policyOf(service, actions),
    judgeAgain,
    judgeEveryMs,
  })
  app.addHook('onRequest', async request => {
    // No route, nothing to protect: the answer is the same 404 to everyone.
    if (request.is404) return
    const declared = request.routeOptions.config.access
    if (!declared) throw new Problem('internal-error', { internal: 'a route without declared access was reached' })
    if ('open' in declared) return
    courseOf(request)
    // Before any work: what cannot be recorded will not be answered.
    recorder.check()
    granted.set(request, await admit(request, declared.action, options))
  })
}

async function admit(request: FastifyRequest, action: string, options: AccessOptions): Promise<GrantedAccess> {
  const judged = await judge(request, action, options)
  note(request, judged.attempt)
  await options.onDecision?.(judged.attempt, request)
  if ('problem' in judged) throw judged.problem
  return judged.attempt.access
}

/** Why a request that was granted would be refused now: its token has ended, its record is full. */
async function refusalOf(request: FastifyRequest, options: AccessOptions): Promise<string | undefined> {
  try {
    options.recorder.check()
    const judged = await judge(request, request.access.action, options)
    return 'problem' in judged ? judged.problem.code : undefined
  } catch (error) {
    return problemOf(error).code
  }
}

function note(request: FastifyRequest, attempt: Attempt): void {
  const course = courseOf(request)
  if (!course) return
  if (attempt.outcome === 'success') {
    course.access = attempt.access
    course.principal = attempt.access.principal
    return
  }
  course.isDenied = attempt.outcome === 'denied'
  if (attempt.principal) course.principal = attempt.principal
}

type Judged =
  | { readonly attempt: Attempt & { readonly outcome: 'success' } }
  | { readonly attempt: Attempt; readonly problem: Problem }

async function judge(request: FastifyRequest, action: string, options: AccessOptions): Promise<Judged> {
  let principal: Principal | undefined
  try {
    principal = await options.verifier.verify(bearerToken(request.headers.authorization))
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem('internal-error', { cause: error })
    return { attempt: { outcome: problem.status >= 500 ? 'failure' : 'denied', action, reason: problem.code }, problem }
  }
  const named = request.headers['purpose-of-use']?.toString()
  const decision = decide({ principal, action: options.actions[action]!, purpose: named })
  if (!decision.allowed) {
    const { reason } = decision
    const detail = remedyOf(reason, options.actions[action]!, principal)
    return { attempt: { outcome: 'denied', action, reason, principal }, problem: new Problem(reason, { detail }) }
  }
  const { role, purpose } = decision
  const access = { principal, action, role, ...(purpose === undefined ? {} : { purpose }) }
  return { attempt: { outcome: 'success', action, access } }
}

/** Refuses to boot on a route without declared access; authenticates and decides in onRequest, before a body is read. */
export const access = fp(accessPlugin, { name: 'haven-access', fastify: '5.x' })
