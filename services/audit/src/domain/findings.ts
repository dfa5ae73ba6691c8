import type { Gap, Misfit } from './chain.ts'

/** Something that the checks of a chain noticed: an alarm, and an entry of audit's own. */
export interface Finding {
  readonly producer: string
  readonly reason: FindingReason
  /** The number that it is about. */
  readonly seq: bigint
}

export type FindingReason =
  | Misfit
  | 'gap-opened'
  | 'gap-given-up'
  | 'gap-late-arrival'
  | 'gap-filled'
  | 'gap-contradicted'
  | 'producer-silent'
  | 'producer-heard-again'

const good: ReadonlySet<FindingReason> = new Set(['gap-late-arrival', 'gap-filled', 'producer-heard-again'])

/** Whether somebody has to look; the others end what was found before. */
export const isAlarm = ({ reason }: Finding): boolean => !good.has(reason)

export const gapFinding = (producer: string, gap: Gap, reason: FindingReason): Finding => ({
  producer,
  reason,
  seq: gap.first,
})
