import { CloudEventEnvelope, limits, partnerEventTypes } from '@haven/contracts'
import Type from 'typebox'
import { batch, json, structured } from './bodies.ts'

const samples = partnerEventTypes.map(({ sample }) => sample)

/** The bodies of both routes, for the OpenAPI document. */
export const eventBody = {
  description: 'Binary mode sends the attributes in ce- headers (ce-id, ce-source, …) and data as the body.',
  content: {
    [structured]: { schema: { ...CloudEventEnvelope, examples: samples } },
    [batch]: {
      schema: {
        ...Type.Array(CloudEventEnvelope, { minItems: 1, maxItems: limits.batch.maxEvents }),
        examples: [samples],
      },
    },
    [json]: {
      schema: {
        ...Type.Union(partnerEventTypes.map(({ dataSchema }) => dataSchema)),
        examples: samples.map(({ data }) => data),
      },
    },
  },
}

/**
 * The body is read by `domain/reading.ts`, which knows CloudEvents' modes; the schema above is documentation, and nothing is judged twice with
 * other words.
 */
export const untouched = { validatorCompiler: () => () => true }
