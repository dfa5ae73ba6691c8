import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { seconds } from './install.mjs'

/** Makes the Prisma clients, which are not committed, unless no schema changed since the last time. */
export function generateClients(root, node) {
  const stamp = join(root, 'node_modules', '.haven-generated')
  const files = schemasOf(root)
  const hash = createHash('sha256').update(readFileSync(join(root, 'pnpm-lock.yaml')))
  for (const file of files) hash.update(readFileSync(file))
  const now = hash.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now && files.every(hasOutput)) return
  const started = Date.now()
  console.log('◌ Generating code')
  turbo(root, node, ['generate'])
  writeFileSync(stamp, now)
  console.log(`✔ Code generated (${seconds(started)} s)`)
}

/** Runs turbo's tasks of every package. */
export function turbo(root, node, tasks) {
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
  const result = spawnSync('npx', ['--yes', version, 'exec', 'turbo', 'run', ...tasks, '--output-logs=errors-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: {
      ...process.env,
      PATH: [dirname(node), process.env.PATH].join(':'),
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
      // The client's generator does not need the engine that migrates, and must not fetch it: we migrate ourselves.
      PRISMA_SCHEMA_ENGINE_BINARY: ['/bin/true', '/usr/bin/true'].find(file => existsSync(file)),
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  })
  if (result.status === 0) return
  console.error(`${result.stdout || ''}${result.stderr || ''}`.trim())
  throw Object.assign(new Error(`turbo run ${tasks.join(' ')} failed.`), { remedy: 'What it said stands above.' })
}

/** A service's own Prisma schema, or a package's that only its tests need. */
function schemasOf(root) {
  return ['packages', 'services'].flatMap(room =>
    readdirSync(join(root, room))
      .flatMap(name => ['prisma', 'test/prisma'].map(place => join(root, room, name, place, 'schema.prisma')))
      .filter(file => existsSync(file)),
  )
}

function hasOutput(schema) {
  const output = /^\s*output\s*=\s*"(.+)"/m.exec(readFileSync(schema, 'utf8'))
  return !output || existsSync(join(dirname(schema), output[1]))
}
