import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { serviceNames } from '@haven/contracts'
import {
  createSubjectVault,
  readJwks,
  readSigningKey,
  readSymmetricKey,
  readVerificationKeys,
  VaultError,
} from '@haven/vault'
import { CliFailure } from '../../failure.ts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check, World } from '../world.ts'

const oldestDays = 365
const restore = 'Restore it from the backup of the keys; what it sealed is lost without it.'

/** Whether the set of keys is complete, closed to others, young enough and that of the database. */
export const keys: Check = {
  area: 'keys',
  looks: world => {
    const directory = world.keysDirectory
    if (directory === undefined) throw new CliFailure('HAVEN_KEYS_DIRECTORY is not set')
    return [
      {
        what: 'the key files',
        look: () => lookAtFiles(world, directory),
      },
      { what: 'the keys of the database', look: () => lookAtKek(world, directory) },
    ]
  },
}

interface KeyFile {
  name: string
  isPrivate: boolean
  read(file: string): Promise<unknown>
}

const files: readonly KeyFile[] = [
  ...['kek.json', 'blind-index.json', 'identity.json'].map(name => ({ name, isPrivate: true, read: readSymmetricKey })),
  ...serviceNames.flatMap(service => [
    { name: `${service}.jwe.json`, isPrivate: true, read: readJwks },
    { name: `${service}.signing.json`, isPrivate: true, read: readSigningKey },
    { name: `public/${service}.jwks.json`, isPrivate: false, read: readJwks },
    { name: `public/${service}.signing.json`, isPrivate: false, read: readVerificationKeys },
  ]),
]

export interface KeyState {
  name: string
  isPrivate: boolean
  /** Why it cannot be used, as the vault says it. */
  problem?: string
  mode?: number
  /** When the newest key of the file was made. */
  createdAt?: string
}

export function judgeKeys(states: readonly KeyState[], now: number): Judged[] {
  const bad = states.flatMap(({ name, isPrivate, problem, mode = 0, createdAt }) => {
    if (problem?.includes(' is missing;'))
      return [
        wrong(
          `the key file ${name} is missing`,
          isPrivate ? restore : 'Run haven keys init, which writes public sets anew.',
        ),
      ]
    if (problem !== undefined) return [wrong(`the key file ${name} cannot be used: ${problem}`, restore)]
    if (isPrivate && (mode & 0o077) !== 0)
      return [
        wrong(`the key file ${name} is open to others than its owner (mode ${mode.toString(8)})`, `chmod 400 ${name}`),
      ]
    const days = createdAt === undefined ? 0 : Math.floor((now - Date.parse(createdAt)) / 86_400_000)
    const isRotated = name.endsWith('.jwe.json') || name.endsWith('.signing.json')
    if (isPrivate && isRotated && days > oldestDays)
      return [
        wrong(
          `the newest key of ${name} is ${days} days old`,
          'Add a key to the set and publish it; keep the old one until nothing needs it.',
        ),
      ]
    return []
  })
  return bad.length > 0 ? bad : [fine(`all ${states.length} key files are there, closed to others and young enough`)]
}

async function lookAtFiles(world: World, directory: string): Promise<Judged[]> {
  // Keys may lie elsewhere than where somebody looks from, which is no loss of theirs.
  if (!(await stat(directory).catch(() => undefined))) throw new CliFailure(`${directory} is not on this machine`)
  return judgeKeys(await Promise.all(files.map(one => look(directory, one))), world.now())
}

async function look(directory: string, { name, isPrivate, read }: KeyFile): Promise<KeyState> {
  const file = join(directory, name)
  try {
    await read(file)
  } catch (error) {
    if (error instanceof VaultError) return { name, isPrivate, problem: error.message }
    throw error
  }
  const { mode } = await stat(file)
  const createdAt = newest(JSON.parse(await readFile(file, 'utf8')))
  return { name, isPrivate, mode: mode & 0o777, ...(createdAt !== undefined && { createdAt }) }
}

function newest(content: { createdAt?: string; keys?: { createdAt: string }[] }): string | undefined {
  return (
    content.keys
      ?.map(({ createdAt }) => createdAt)
      .sort()
      .at(-1) ?? content.createdAt
  )
}

async function lookAtKek(world: World, directory: string): Promise<Judged[]> {
  const kek = await readSymmetricKey(join(directory, 'kek.json'))
  try {
    await world.onDatabase('keys', pool => createSubjectVault({ pool, kek }).assertOpens())
    return [fine('the key-encryption key is that of the database keys')]
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    return [wrong('the key-encryption key is not the one that people are sealed under', restore)]
  }
}
