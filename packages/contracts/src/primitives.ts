import Type from 'typebox'
import { must } from './annotations.ts'
import { countryCodes } from './countries.ts'

type Options = Record<string, unknown>

/** An opaque id, lower-case UUID of any version. */
export const Uuid = (options: Options = {}) =>
  Type.String({
    format: 'uuid',
    pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    ...must('be a UUID in lower case'),
    ...options,
  })

/** A calendar date `YYYY-MM-DD`. */
export const CalendarDate = (options: Options = {}) => Type.String({ format: 'date', ...options })

/** An instant, RFC 3339. */
export const Instant = (options: Options = {}) => Type.String({ format: 'date-time', ...options })

/** One line of text: not blank, no control character (PostgreSQL refuses NUL, logs and CSV suffer from the rest). */
export const Line = (maxLength: number, options: Options = {}) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^(?!\\s*$)[^\\p{Cc}\\p{Cs}]*$',
    ...must(`be one line of text that is not blank, of at most ${maxLength} characters and none of control`),
    ...options,
  })

/** Running text: several lines and tabs are allowed, other control characters are not. */
export const Prose = (maxLength: number, options: Options = {}) =>
  Type.String({
    maxLength,
    pattern: '^(?:[\\t\\n\\r]|[^\\p{Cc}\\p{Cs}])*$',
    ...must(`be text of at most ${maxLength} characters, of control only tabs and line breaks`),
    ...options,
  })

/** A reason or state in kebab case, safe to show and to count. */
export const Code = (options: Options = {}) =>
  Type.String({ maxLength: 64, pattern: '^[a-z][a-z0-9-]*$', ...must('be a code in kebab case'), ...options })

/** ISO 3166-1 alpha-2 (and XK for Kosovo). */
export const CountryCode = (options: Options = {}) => Type.Enum([...countryCodes], options)

/** ISO 639-2 alpha-3 language code, lower case. */
export const LanguageCode = (options: Options = {}) =>
  Type.String({
    pattern: '^[a-z]{3}$',
    ...must('be a language code of ISO 639-2: three lower-case letters'),
    ...options,
  })

/** A telephone number in E.164 with its plus sign. */
export const Phone = (options: Options = {}) =>
  Type.String({
    pattern: '^\\+[1-9][0-9]{1,14}$',
    ...must('be a telephone number in E.164: a plus sign, then the country code and number in digits alone'),
    ...options,
  })

/** An e-mail address. */
export const Email = (options: Options = {}) => Type.String({ format: 'email', maxLength: 254, ...options })
