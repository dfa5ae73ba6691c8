import { type Static, Type } from 'typebox'
import type { Problem } from './problem.ts'

/** The media type of RFC 9457. */
export const problemMediaType = 'application/problem+json'

/** The answer's schema, for OpenAPI documents and typed clients. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String({ description: 'urn:haven:problem: and the code' }),
    title: Type.String({ description: 'what happened, the same words for each code' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'what to do about it' }),
    instance: Type.String({ description: 'urn:uuid: of this request; quote it when you report the problem' }),
    code: Type.String({ description: 'stable, for programs' }),
    traceId: Type.Optional(Type.String({ description: 'W3C trace id of this request' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            pointer: Type.String({ description: 'RFC 6901 pointer to the field, or /name of a parameter' }),
            detail: Type.String(),
          },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false, description: 'RFC 9457 problem details' },
)
export type ProblemDocument = Static<typeof ProblemDocument>

/** The public form of a problem; `requestId` is a UUID. The internal text and the cause stay out. */
export function problemDocument(problem: Problem, requestId: string, traceId?: string): ProblemDocument {
  return {
    type: `urn:haven:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: `urn:uuid:${requestId}`,
    code: problem.code,
    ...(traceId === undefined ? {} : { traceId }),
    ...(problem.errors === undefined
      ? {}
      : { errors: problem.errors.map(({ pointer, detail }) => ({ pointer, detail })) }),
  }
}
