import { annotationKeywords, CloudEventEnvelope, type PartnerEventType } from '@haven/contracts'
import { Ajv, type AnySchema, type ErrorObject } from 'ajv'
import formats from 'ajv-formats'
import type { Finding, Schemas } from './reading.ts'

/**
 * Compiles the contracts' schemas once.
 * @param describe turns a validator's errors into findings that echo neither values nor unknown names
 */
export function compileSchemas(
  types: readonly PartnerEventType[],
  describe: (errors: readonly ErrorObject[]) => Finding[],
): Schemas {
  // verbose: `describe` names what would have been allowed. Bodies are bounded, so that all errors at once stay few.
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true })
  formats.default(ajv)
  ajv.addVocabulary([...annotationKeywords])
  const check = (schema: AnySchema) => {
    const validate = ajv.compile(schema)
    return (value: unknown) => (validate(value) ? [] : describe(validate.errors ?? []))
  }
  const envelope = check(CloudEventEnvelope)
  const data = new Map(types.map(({ type, dataSchema }) => [type, check(dataSchema)]))
  return { envelope, data: (type, value) => data.get(type)?.(value) }
}
