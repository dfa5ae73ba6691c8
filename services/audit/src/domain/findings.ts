import type { Gap, Misfit } from './chain.ts'

/** Something that the checks noticed: an alarm or its end, and an entry of audit's own. */
export type Finding = ChainFinding | AbsenceFinding

/** Of one chain. */
export interface ChainFinding {
  readonly producer: string
  readonly reason: ChainReason
  /** The number that it is about. */
  readonly seq: bigint
}

/** Of all at once: nobody could be heard. */
export interface AbsenceFinding {
  readonly reason: 'kafka-heard-again'
  /** Whole seconds in which it was not. */
  readonly awaySeconds: number
}

export type ChainReason =
  | Misfit
  | 'gap-opened'
  | 'gap-given-up'
  | 'gap-late-arrival'
  | 'gap-filled'
  | 'gap-contradicted'
  | 'producer-silent'
  | 'producer-heard-again'

const good: ReadonlySet<Finding['reason']> = new Set([
  'gap-late-arrival',
  'gap-filled',
  'producer-heard-again',
  'kafka-heard-again',
])

/** Whether somebody has to look; the others end what was found before. */
export const isAlarm = ({ reason }: Finding): boolean => !good.has(reason)

export const gapFinding = (producer: string, gap: Gap, reason: ChainReason): ChainFinding => ({
  producer,
  reason,
  seq: gap.first,
})
