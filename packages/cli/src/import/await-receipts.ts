import { limits, type ReceiptState } from '@haven/contracts'
import { CliFailure } from '../failure.ts'
import type { EventName, PartnerApi } from '../gateway/partner-api.ts'
import { type Patience, persist } from '../gateway/patience.ts'
import { windows } from './windows.ts'

/** How receipts ended. A held one waits for an operator, which is an end for who posted it. */
export interface Endings {
  applied: number
  rejected: number
  held: number
}

const pauseMs = 400

const isEnding = (state: ReceiptState | null): state is keyof Endings =>
  state === 'applied' || state === 'rejected' || state === 'held'

/**
 * Waits until every receipt has ended.
 * @throws CliFailure when none has ended for as long as patience lasts
 */
export async function awaitReceipts(
  names: readonly EventName[],
  { api, patience, onProgress }: { api: PartnerApi; patience: Patience; onProgress: (ended: number) => void },
): Promise<Endings> {
  const endings: Endings = { applied: 0, rejected: 0, held: 0 }
  let open = [...names]
  let moved = patience.clock.now()
  while (open.length > 0) {
    const still: EventName[] = []
    for await (const window of windows(open, { maxItems: limits.lookup.maxEvents })) {
      const states = await persist(() => api.lookup(window), patience)
      for (const [n, name] of window.entries()) {
        const state = states[n] ?? null
        if (isEnding(state)) endings[state]++
        else still.push(name)
      }
    }
    if (still.length < open.length) moved = patience.clock.now()
    open = still
    onProgress(names.length - open.length)
    if (open.length === 0) break
    if (patience.clock.now() - moved > patience.limitMs) throw stalled(open.length, patience.limitMs)
    await patience.clock.sleep(pauseMs)
  }
  return endings
}

const stalled = (open: number, limitMs: number): CliFailure =>
  new CliFailure(
    `All events are with the gateway, but ${open} receipts have not ended and none did for ${Math.round(limitMs / 1000)} s; ` +
      'see whether intake runs, then run the same command again: it only waits.',
  )
