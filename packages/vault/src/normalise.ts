import { transliterate } from './transliteration.ts'

/**
 * A person's name as it is compared, version 1: compatibility decomposition without marks, lower case, letters
 * transliterated (`transliteration.ts`), apostrophes dropped, everything else but letters and digits one space. So
 * İPEK, ipek, Ipek and İpek agree, and so does ıpek: capitals typed on another country's keyboard do not tell i from ı,
 * hence Sıla and Sila are one name here, which a duplicate that people look at can afford. Idempotent. A name without a
 * letter or digit is compared as it stands, trimmed; '' comes from blanks alone.
 */
export function normaliseName(name: string): string {
  const folded = fold(name)
    .replace(/['’‘ʻʼʹ`´]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return folded === '' ? asItStands(name) : folded
}

/**
 * A number of a passport, residence permit or identity card as it is compared, version 1: folded like a name, letters
 * and digits only. Idempotent.
 */
export function normaliseIdentifier(identifier: string): string {
  const folded = fold(identifier).replace(/[^\p{L}\p{N}]+/gu, '')
  return folded === '' ? asItStands(identifier) : folded
}

/**
 * A telephone number as it is compared, version 1: ASCII digits, after a plus when it was international (`00` counts as
 * one, and the `(0)` that some write after the country's code goes). A national number stays as it is: its country is
 * not guessed. Idempotent; '' when there is no digit.
 */
export function normalisePhone(phone: string): string {
  const plain = fold(phone).replace('(0)', '')
  const digits = plain.replace(/[^0-9]/g, '')
  if (/^\W*\+/.test(plain) && digits !== '') return `+${digits}`
  return digits.replace(/^00(?=.)/, '+')
}

function asItStands(text: string): string {
  return text.toWellFormed().normalize('NFKC').trim()
}

function fold(text: string): string {
  const lower = text.toWellFormed().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  // Lower-casing makes new marks and compositions (a test goes through all of Unicode).
  const plain = transliterate(lower.normalize('NFKD').replace(/\p{M}/gu, ''))
  return plain.replace(/[٠-٩۰-۹]/g, digit => String(digit.charCodeAt(0) & 0x0f))
}
