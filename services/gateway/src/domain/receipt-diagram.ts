import { receiptStates } from '@haven/contracts'
import { type Answer, moves, stateOf } from './receipt.ts'

const answers: readonly Answer[] = ['held', 'applied', 'rejected']

/** The course of a receipt as a Mermaid state diagram, drawn by asking the rules themselves. */
export function receiptDiagram(): string {
  const steps = receiptStates.flatMap(from => [
    ...(from === 'accepted' ? [`  accepted --> ${stateOf(null, true)}: Kafka has acknowledged`] : []),
    ...answers
      .filter(to => moves(answers.find(answer => answer === from) ?? null, to))
      .map(to => `  ${from} --> ${to}`),
  ])
  const ends = receiptStates.filter(state => !steps.some(step => step.startsWith(`  ${state} `)))
  return ['stateDiagram-v2', '  [*] --> accepted', ...steps, ...ends.map(state => `  ${state} --> [*]`)].join('\n')
}
