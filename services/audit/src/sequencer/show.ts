import { type Metrics, showCounters, showGauges } from '@haven/telemetry'
import type { RunningSequencer } from './runner.ts'

/** Shows the sequencer to whoever scrapes. */
export function showSequencer({ meter }: Pick<Metrics, 'meter'>, { state }: Pick<RunningSequencer, 'state'>): void {
  showGauges(meter, [
    [
      'haven.sequencer.leading',
      '1 while this process appends to the log',
      () => [[Number(state().mode === 'leading')]],
    ],
    ['haven.sequencer.lag', 'Records of the access topics that are not in the log yet', () => [[state().lag]]],
  ])
  showCounters(meter, [
    ['haven.sequencer.appended', 'Entries that were appended to the log', () => [[state().appended]]],
    ['haven.sequencer.batches', 'Batches that were committed', () => [[state().batches]]],
    ['haven.sequencer.findings', 'Gaps, forks and silences that were found, or that ended', () => [[state().findings]]],
    ['haven.sequencer.failures', 'Batches that had to be repeated', () => [[state().failures]]],
  ])
}
