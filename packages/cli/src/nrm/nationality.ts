import { demonyms } from './demonyms.ts'

const without: ReadonlySet<string> = new Set([
  'Stateless',
  'Not specified or unknown',
  'Not specified',
  'Not known',
  'Unknown',
])

// Beside a nationality that is known: a second one that is not ('Albanian Unknown').
const unknown = 'Unknown'

// A label of several nationalities sets demonyms side by side ('Eritrean Ethiopian'); the tables know two, rarely three.
const most = 3

/**
 * Country codes of a nationality's label, each once, in the label's order; empty for none known; undefined for a label that the table
 * of demonyms does not explain. The longest demonym wins ('South Sudanese' is one); a reading that leaves a rest is given up for a
 * shorter one.
 */
export function countriesOf(label: string): string[] | undefined {
  if (without.has(label)) return []
  // Some tables end a label with a blank.
  const codes = read(label.replace(/ $/, '').split(' '), most)
  return codes === undefined ? undefined : [...new Set(codes)]
}

function read(words: readonly string[], left: number): string[] | undefined {
  if (words.length === 0) return []
  if (left === 0) return undefined
  if (words[0] === unknown) return read(words.slice(1), left - 1)
  for (let taken = words.length; taken > 0; taken--) {
    const code = demonyms.get(words.slice(0, taken).join(' '))
    if (code === undefined) continue
    const rest = read(words.slice(taken), left - 1)
    if (rest !== undefined) return [code, ...rest]
  }
  return undefined
}
