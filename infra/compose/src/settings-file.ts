import { readFileSync, writeFileSync } from 'node:fs'

type Settings = ReadonlyMap<string, string>

/** NAME=value of each line that is none of comment and blank. */
export function parseSettings(text: string): Map<string, string> {
  const pairs = text
    .split('\n')
    .map(line => /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim()))
    .filter(match => match !== null)
  return new Map(pairs.map(([, name, value]) => [name!, value!]))
}

/** The file's text with these settings: lines that are there are changed in place, others follow; what else stands there stays. */
export function withSettings(text: string, wanted: Settings): string {
  const left = new Map(wanted)
  const lines = text.split('\n').map(line => {
    const name = /^([A-Z][A-Z0-9_]*)=/.exec(line.trim())?.[1]
    const value = name === undefined ? undefined : left.get(name)
    if (name === undefined || value === undefined) return line
    left.delete(name)
    return `${name}=${value}`
  })
  while (lines.at(-1) === '') lines.pop()
  return [...lines, ...[...left].map(([name, value]) => `${name}=${value}`), ''].join('\n')
}

/** Reads the file, which compose reads too. */
export const readSettings = (file: string): Map<string, string> => parseSettings(readFileSync(file, 'utf8'))

/** Completes the file. */
export function writeSettings(file: string, wanted: Settings): void {
  const before = readFileSync(file, 'utf8')
  const head =
    before.trim() === '' ? '# By infra/compose/init, for docker-compose.yml. Nothing here is secret.\n' : before
  const after = withSettings(head, wanted)
  if (after !== before) writeFileSync(file, after)
}
