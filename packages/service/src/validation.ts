import { annotationKeywords } from '@haven/contracts'
import { Ajv, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'

type Compiler = FastifySchemaCompiler<object>

const strict: Options = {
  removeAdditional: false,
  coerceTypes: false,
  allErrors: true,
  verbose: true,
  strict: true,
  allowUnionTypes: true,
}

function build(options: Options): Ajv {
  const ajv = new Ajv({ ...strict, ...options })
  // ajv-formats is CommonJS: under NodeNext its function is the namespace's default member.
  addFormats.default(ajv)
  ajv.addVocabulary([...annotationKeywords, 'example'])
  return ajv
}

/**
 * Bodies are taken as they are: nothing is coerced, filled in or removed. Query strings and path parameters are text, so
 * numbers and booleans in them are read as such, and one value stands for a list of one.
 */
export function validatorCompiler(bodies: 'every error' | 'first error'): Compiler {
  const body = build({ allErrors: bodies === 'every error' })
  const text = build({ coerceTypes: 'array', useDefaults: true })
  return ({ schema, httpPart }) => (httpPart === 'body' ? body : text).compile(schema)
}
