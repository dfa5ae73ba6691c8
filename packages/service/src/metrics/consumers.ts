import type { ConsumerState, StreamConsumer } from '@haven/stream'
import { type Metrics, type Sample, showCounters, showGauges } from '@haven/telemetry'

/** Shows the consumers of a process, by their names. */
export function showConsumers(
  { meter }: Pick<Metrics, 'meter'>,
  consumers: Readonly<Record<string, Pick<StreamConsumer, 'state'>>>,
): void {
  const of = (read: (state: ConsumerState) => number) => (): Sample[] =>
    Object.entries(consumers).map(([consumer, one]) => [read(one.state()), { consumer }])
  showGauges(meter, [
    ['haven.consumer.running', '0 when its subscription has ended for good', of(({ running }) => Number(running))],
    ['haven.consumer.lag', 'Records between its places and the ends of its partitions', of(({ lag }) => lag)],
    ['haven.consumer.parked.waiting', 'Events that are parked and wait for somebody', of(({ waiting }) => waiting)],
    ['haven.consumer.stopped', 'Streams that are stopped because their owner contradicts itself', of(stoppedIn)],
    ['haven.consumer.overdue', 'Partitions whose owner has been silent for too long', of(({ overdue }) => overdue)],
  ])
  showCounters(meter, [
    ['haven.consumer.applied', 'Facts that were applied', of(({ applied }) => applied)],
    ['haven.consumer.parked', 'Events that were parked', of(({ parked }) => parked)],
    ['haven.consumer.redriven', 'Parked events that were applied after all', of(({ redriven }) => redriven)],
    ['haven.consumer.dropped', 'Parked events that were dropped', of(({ dropped }) => dropped)],
    ['haven.consumer.failures', 'Attempts that failed, whatever became of them', of(({ failures }) => failures)],
    ['haven.consumer.asks', 'Asks for what was missing', of(({ asks }) => asks)],
    ['haven.consumer.seeks', 'Seeks after a log had lost its tail', of(({ seeks }) => seeks)],
    ['haven.consumer.foreign', 'Records that are none of a numbered stream', of(({ foreign }) => foreign)],
    ['haven.consumer.alarms', 'Streams that were stopped or entered a new epoch', of(({ alarms }) => alarms)],
  ])
}

function stoppedIn({ sources }: ConsumerState): number {
  return sources.filter(({ stopped }) => stopped !== null).length
}
