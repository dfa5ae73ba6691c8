import { CliFailure } from '../failure.ts'
import { type Clock, retryAfterMs, TryAgain } from './patience.ts'

const timeoutMs = 30_000
const temporary: ReadonlySet<number> = new Set([429, 500, 502, 503, 504])

/** An answer that is not temporary, its body parsed when it is JSON. */
export interface Answer {
  status: number
  body: unknown
}

/** A request to a URL; with a body it is a POST, without a GET. */
export interface Outgoing {
  url: string
  headers: Record<string, string>
  body?: string
}

/** One HTTP POST; errors as {@link exchange}. */
export const post = (outgoing: Outgoing & { body: string }, clock: Clock): Promise<Answer> => exchange(outgoing, clock)

/**
 * One HTTP request.
 * @throws TryAgain when nobody answers, the connection breaks, or the answer is 429 or 5xx
 * @throws CliFailure when the URL is none
 */
export async function exchange({ url, headers, body }: Outgoing, clock: Clock): Promise<Answer> {
  const place = placeOf(url)
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body !== undefined && { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    text = await response.text()
  } catch (error) {
    throw new TryAgain(`${place} does not answer (${reasonOf(error)})`, { cause: error })
  }
  refuseTemporary(response, place, clock)
  return { status: response.status, body: parsed(text) }
}

/** @throws TryAgain when the answer says that another attempt may succeed */
export function refuseTemporary(response: Response, place: string, clock: Clock): void {
  if (!temporary.has(response.status)) return
  const afterMs = retryAfterMs(response.headers.get('retry-after'), clock.now())
  throw new TryAgain(`${place} answers ${response.status}`, { afterMs })
}

/** The part of a URL that messages name. @throws CliFailure when it is none */
export function placeOf(url: string): string {
  try {
    return new URL(url).origin
  } catch {
    throw new CliFailure(`${JSON.stringify(url)} is not a URL; write it as https://host.`, { exitCode: 2 })
  }
}

/** Why fetch failed: that stands in the cause, several levels down when a host has several addresses. */
export function reasonOf(error: unknown): string {
  const { name, code, cause, errors } = error as { name?: string; code?: unknown; cause?: unknown; errors?: unknown[] }
  if (name === 'TimeoutError') return `nothing within ${timeoutMs / 1000} s`
  if (typeof code === 'string') return code
  const next = cause ?? errors?.[0]
  return next === undefined ? String((error as Error).message ?? error) : reasonOf(next)
}

/** JSON; undefined for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
