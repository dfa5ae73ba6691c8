import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Context } from './context.ts'
import { CliFailure } from './failure.ts'

const Run = Type.Object({
  services: Type.Object({
    gateway: Type.Object({ url: Type.String() }),
    intake: Type.Object({ url: Type.String() }),
    audit: Type.Object({ url: Type.String() }),
  }),
  issuer: Type.Optional(Type.String()),
  tokenEndpoint: Type.String(),
  clients: Type.Record(Type.String(), Type.Object({ id: Type.String(), secret: Type.String() })),
  kafka: Type.Object({ brokers: Type.Array(Type.String()) }),
  databases: Type.Record(Type.String(), Type.String()),
  keysDirectory: Type.String(),
})

/** The system that runs on this machine, as `npm start` describes it. */
export interface RunningSystem {
  /** The state directory that the file lies in. */
  directory: string
  run: Static<typeof Run>
}

/**
 * Finds `run.json` in HAVEN_STATE_DIR, or in `.haven` of the current directory or one above; undefined when nothing runs.
 * @throws CliFailure when the file is damaged
 */
export function findRunningSystem({ env, cwd }: Pick<Context, 'env' | 'cwd'>): RunningSystem | undefined {
  if (env.HAVEN_STATE_DIR) return read(env.HAVEN_STATE_DIR)
  for (let at = cwd; ; at = dirname(at)) {
    const found = read(join(at, '.haven'))
    if (found !== undefined || dirname(at) === at) return found
  }
}

function read(directory: string): RunningSystem | undefined {
  const file = join(directory, 'run.json')
  try {
    const run: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (Value.Check(Run, run)) return { directory, run }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code !== undefined) throw error
  }
  throw new CliFailure(`${file} is damaged; stop the system and start it again, which writes it anew.`)
}
