import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceName } from '@haven/contracts'
import type { Answered } from './answered.ts'
import type { Answer, CallOptions, System } from './system.ts'

/** One kind of request, which somebody makes again and again. */
export interface Asking {
  readonly service: ServiceName
  /** Whose token is sent; none where nobody asks. */
  readonly client: string | null
  readonly method?: 'GET' | 'POST'
  /** Where to; undefined while there is nothing to ask for. */
  readonly path: () => string | undefined
  readonly options?: () => CallOptions
  /** As the record names it; absent where nothing is recorded. */
  readonly action?: string
  readonly isWrite?: boolean
  readonly onAnswer?: (answer: Answer) => void
}

/** People who keep asking whatever happens, and note each answer that arrives whole. */
export class Callers {
  readonly answers: Answered[] = []
  /** Requests whose answers broke off or never came. */
  unanswered = 0
  /** What was asked for where nothing came within a minute: a caller is never left hanging. */
  readonly hung: string[] = []
  readonly #system: System
  readonly #loops: Promise<void>[]
  #areDone = false

  /** @param pauseMs between an answer and the next request of the same kind */
  constructor(system: System, askings: readonly Asking[], pauseMs: number) {
    this.#system = system
    this.#loops = askings.map(asking => this.#keepAsking(asking, pauseMs))
  }

  /** Waits for the answers under way. */
  async stop(): Promise<void> {
    this.#areDone = true
    await Promise.all(this.#loops)
  }

  async #keepAsking(asking: Asking, pauseMs: number): Promise<void> {
    while (!this.#areDone) {
      await this.ask(asking)
      await sleep(pauseMs)
    }
  }

  /** Asks once, and notes the answer. */
  async ask(asking: Asking): Promise<Answer | undefined> {
    const { service, client, method = 'GET', options, onAnswer } = asking
    const path = asking.path()
    if (path === undefined) return undefined
    const answer = await this.#system.call(service, client, method, path, options?.()).catch((error: Error) => {
      if (error.name === 'TimeoutError') this.hung.push(`${method} ${service}`)
      else this.unanswered++
    })
    if (!answer) return undefined
    const { status, headers, body } = answer
    this.answers.push(answeredTo(asking, { status, body, request: headers.get('x-request-id') }))
    onAnswer?.(answer)
    return answer
  }
}

/** What is noted of an answer. @throws when it does not name its request */
export function answeredTo(
  { action, isWrite }: Pick<Asking, 'action' | 'isWrite'>,
  { request, status, body }: { request: string | null | undefined; status: number; body: unknown },
): Answered {
  if (!request) throw new Error(`an answer ${status} does not name its request`)
  const { code } = (body ?? {}) as { code?: string }
  return {
    request,
    status,
    ...(status >= 400 && code !== undefined && { code }),
    ...(action !== undefined && { action }),
    ...(isWrite && { isWrite }),
  }
}
