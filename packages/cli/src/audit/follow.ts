import Type from 'typebox'
import { Value } from 'typebox/value'
import type { Context } from '../context.ts'
import { CliFailure } from '../failure.ts'
import { type Clock, persist, TryAgain } from '../gateway/patience.ts'
import { Completeness, Listed, type ListedEntry, type RecordApi } from './record-api.ts'

const Position = Type.Object({ after: Type.String(), completeness: Completeness })
const End = Type.Object({ after: Type.String(), end: Type.String() })

export interface Following {
  readonly filters: readonly string[]
  /** The index behind which it begins; from now on unless told. */
  readonly after: string | undefined
  readonly untilEnd: boolean
  readonly show: (item: ListedEntry) => void
}

// Longer than a service takes to start anew.
const patienceMs = 300_000
const againMs = 1_000

/**
 * Follows the record and shows every entry once, in its order: goes on behind the last one when the connection breaks, the service restarts or the token ends. Own looks
 * are not shown. Gives back how complete that is when it comes to the end.
 */
export async function follow(
  context: Context,
  api: RecordApi,
  clock: Clock,
  { filters, after: begin, untilEnd, show }: Following,
): Promise<string | undefined> {
  const own = new Set<string | undefined>()
  let after = begin
  let complete: string | undefined
  while (!context.unread?.aborted) {
    try {
      const lines = await open()
      own.add(await api.session())
      for await (const line of lines) {
        const end = take(line)
        if (end === 'end-reached') return complete
        if (end !== undefined) api.renew()
      }
    } catch (error) {
      if (!(error instanceof TryAgain)) throw error
      context.note(`${error.message}: going on${after === undefined ? '' : ` behind index ${after}`}.`)
    }
    await clock.sleep(againMs)
  }
  return undefined

  function open(): Promise<AsyncGenerator<unknown>> {
    const remedy = after === undefined ? 'run the same command again later' : `go on later with --after ${after}`
    const onWait = (reason: string) => context.note(`${reason}: trying again.`)
    const query = [
      ...filters.map(filter => ['filter', filter] as const),
      ...(after === undefined ? [] : [['after', after] as const]),
      ...(untilEnd ? [['untilEnd', 'true'] as const] : []),
    ]
    return persist(() => api.lines('/entries/feed', query, context.unread), {
      clock,
      limitMs: patienceMs,
      onWait,
      remedy,
    })
  }

  /** What a line says of the end. */
  function take(line: unknown): string | undefined {
    if (Value.Check(Listed, line)) {
      if (!own.has(sessionOf(line))) show(line)
      after = line.index
      return undefined
    }
    if (Value.Check(Position, line)) {
      after = line.after
      complete = line.completeness.line
      return undefined
    }
    if (!Value.Check(End, line))
      throw new CliFailure('The record answers in a way that audit never does; correct HAVEN_AUDIT_URL.')
    after = line.after
    return line.end
  }
}

const sessionOf = ({ entry }: ListedEntry): string | undefined => {
  const { session } = entry as { session?: unknown }
  return typeof session === 'string' ? session : undefined
}
