import type { Relay } from '@haven/stream'
import { type Metrics, type Sample, showCounters, showGauges } from '@haven/telemetry'

/** What every relay counts, whatever it sends. */
export interface RelayReading extends Pick<ReturnType<Relay['state']>, 'mode' | 'backlog' | 'behind' | CountedAlike> {
  /** What was given its number: facts, or entries stored as leaves. */
  numbered: number
  /** Rows that cannot be sent; somebody has to look. */
  unreadable: number
}
type CountedAlike = 'sent' | 'heads' | 'failures' | 'asks' | 'rounds'

/** Shows the relays of a process by what they send, `facts` or `entries`. */
export function showRelays(
  { meter }: Pick<Metrics, 'meter'>,
  relays: Readonly<Record<string, () => RelayReading>>,
): void {
  const of = (read: (reading: RelayReading) => number) => (): Sample[] =>
    Object.entries(relays).map(([relay, reading]) => [read(reading()), { relay }])
  showGauges(meter, [
    ['haven.relay.leading', '1 while this process sends', of(({ mode }) => Number(mode === 'leading'))],
    [
      'haven.relay.working',
      '1 while it sends or stands by for one that does',
      of(({ mode }) => Number(isWorking(mode))),
    ],
    [
      'haven.relay.waiting',
      'Facts or commits and entries that Kafka has not acknowledged',
      of(({ backlog }) => backlog.rows),
    ],
    ['haven.relay.waiting.age.seconds', 'Age of the oldest of them', of(({ backlog }) => backlog.oldestMs / 1_000)],
    ['haven.relay.full', '1 while so many wait that no more are taken', of(({ backlog }) => Number(backlog.full))],
    [
      'haven.relay.behind',
      'Streams of facts, or entries, that have numbers and are not sent',
      of(({ behind }) => behind),
    ],
    ['haven.relay.unreadable', 'Rows that hold nothing that can be sent', of(({ unreadable }) => unreadable)],
  ])
  showCounters(meter, [
    ['haven.relay.rounds', 'Rounds that sent something', of(({ rounds }) => rounds)],
    ['haven.relay.numbered', 'Facts or entries that got their number', of(({ numbered }) => numbered)],
    ['haven.relay.sent', 'Facts or entries that were sent, repetitions included', of(({ sent }) => sent)],
    ['haven.relay.heads', 'Heads that were sent while there was nothing else', of(({ heads }) => heads)],
    ['haven.relay.failures', 'Sends that had to be repeated', of(({ failures }) => failures)],
    ['haven.relay.asks', 'Asks to send again that were heard', of(({ asks }) => asks)],
  ])
}

/** Does a relay do its part in this process? Another one may have the lease. */
export function isWorking(mode: RelayReading['mode']): boolean {
  return mode === 'leading' || mode === 'standby'
}
