import type { Clock } from './patience.ts'
import { TryAgain } from './patience.ts'
import { type Answer, type Outgoing, parsed, placeOf, reasonOf, refuseTemporary } from './transport.ts'

/** An answer that goes on line by line, or one that is over. */
export type Lines = { readonly lines: AsyncGenerator<unknown> } | { readonly answer: Answer }

/**
 * A GET whose answer is a JSON value a line; `undefined` stands for a line that is none. The lines end when `signal` aborts.
 * @param silenceMs without a byte after which the other side is taken to be gone
 * @throws TryAgain as `exchange`, from the lines too when they break off
 */
export async function openLines(
  { url, headers }: Outgoing,
  { clock, signal, silenceMs }: { clock: Clock; signal?: AbortSignal | undefined; silenceMs: number },
): Promise<Lines> {
  const place = placeOf(url)
  const silence = new AbortController()
  const timer = setTimeout(
    () => silence.abort(new TryAgain(`${place} says nothing for ${silenceMs / 1000} s`)),
    silenceMs,
  )
  const either = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal])
  const brokenOff = (error: unknown): Error =>
    error instanceof TryAgain ? error : new TryAgain(`${place} broke off (${reasonOf(error)})`, { cause: error })

  async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
    let rest = ''
    try {
      for await (const piece of body.pipeThrough(new TextDecoderStream())) {
        timer.refresh()
        const lines = (rest + piece).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) yield parsed(line)
      }
      if (rest !== '') throw new TryAgain(`${place} broke off within a line`)
    } catch (error) {
      if (!signal?.aborted) throw brokenOff(error)
    } finally {
      clearTimeout(timer)
      silence.abort()
    }
  }

  try {
    const response = await fetch(url, { headers, redirect: 'error', signal: either })
    refuseTemporary(response, place, clock)
    if (response.status === 200 && response.body !== null) return { lines: read(response.body) }
    const body = parsed(await response.text())
    clearTimeout(timer)
    return { answer: { status: response.status, body } }
  } catch (error) {
    clearTimeout(timer)
    if (error instanceof TryAgain) throw error
    throw new TryAgain(`${place} does not answer (${reasonOf(error)})`, { cause: error })
  }
}
