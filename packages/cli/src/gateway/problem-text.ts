import Type from 'typebox'
import { Value } from 'typebox/value'

/** As much of a problem document (RFC 9457) as is told. */
export const ProblemLike = Type.Object({
  code: Type.String(),
  title: Type.String(),
  detail: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
})

/** What a problem says, with the first thing that was wrong, for the end of a sentence. */
export function said(problem: unknown): string {
  if (!Value.Check(ProblemLike, problem)) return 'no reason.'
  const [first] = problem.errors ?? []
  const where = first === undefined ? '' : ` ${first.pointer}: ${first.detail}.`
  return `${problem.code}: ${problem.title}.${where === '' && problem.detail !== undefined ? ` ${problem.detail}` : where}`
}
