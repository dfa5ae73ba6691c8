import { transitions } from './referral.ts'

/** The state diagram of a referral as Mermaid, drawn from the table that `decide` reads. */
export function referralDiagram(): string {
  const steps = Object.entries(transitions)
  const arrows = steps.flatMap(([command, { from, to, by }]) =>
    (from.length === 0 ? ['[*]'] : from).map(start => `  ${start} --> ${to}: ${command} (${by})`),
  )
  const left = new Set(steps.flatMap(([, { from }]) => from))
  const ends = steps.map(([, { to }]) => to).filter(state => !left.has(state))
  return ['stateDiagram-v2', ...arrows, ...ends.map(state => `  ${state} --> [*]`)].join('\n')
}
