import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What nobody may see, and the file that it stands in. */
export interface Secret {
  name: string
  value: string
}

/** Every password, private key and client's secret below a directory, as its bytes would stand anywhere else. */
export function secretsIn(directory: string): Secret[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    name => statSync(join(directory, name)).isFile() && !/(^|\/)public\/|\.crt$/.test(name),
  )
  return files.flatMap(name =>
    valuesOf(name, readFileSync(join(directory, name), 'utf8')).map(value => ({ name, value })),
  )
}

function valuesOf(name: string, text: string): string[] {
  if (name.endsWith('.url')) return [URL.parse(text.trim())!.password]
  if (name.endsWith('.properties')) return [text.trim().replace('SCRAM-SHA-512=password=', '')]
  if (name.endsWith('.json')) return privateMembers(JSON.parse(text))
  // Of a key, the lines between its head and its end, of which one would do.
  if (/\.(pem|key)$/.test(name)) return [/PRIVATE KEY-----\n([^-]+)\n/.exec(text)![1]!.split('\n')[1]!]
  return [text.trim()]
}

// d, k: private parts of a JWK; secret: a client's; cookieKeys: a list of them.
function privateMembers(value: unknown, member = ''): string[] {
  if (typeof value === 'string') return ['d', 'k', 'secret', 'cookieKeys'].includes(member) ? [value] : []
  if (Array.isArray(value)) return value.flatMap(each => privateMembers(each, member))
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, each]) => privateMembers(each, name))
}

/** The files of secrets whose bytes stand in an image, in any of its layers. */
export async function whereFound(image: string, secrets: readonly Secret[]): Promise<string[]> {
  const saving = spawn('docker', ['image', 'save', image], { stdio: ['ignore', 'pipe', 'inherit'] })
  const found = new Set<string>()
  const longest = Math.max(...secrets.map(({ value }) => value.length))
  const part: Buffer[] = []
  let [bytes, held] = [0, 0]
  for await (const chunk of saving.stdout.iterator() as AsyncIterable<Buffer>) {
    part.push(chunk)
    bytes += chunk.length
    held += chunk.length
    if (held > 8 << 20) search()
  }
  search()
  if (bytes < 50e6) throw new Error(`${image} was saved as ${bytes} bytes: that is not all of it`)
  return [...found]

  // What follows begins with the end of this, for a secret may lie across.
  function search(): void {
    const joined = Buffer.concat(part)
    for (const { name, value } of secrets) if (joined.includes(value)) found.add(name)
    part.splice(0, part.length, joined.subarray(-longest))
    held = 0
  }
}
