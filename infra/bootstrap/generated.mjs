import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { manifests, seconds } from './install.mjs'

/**
 * Runs the `generate` script of each package: those with a Prisma schema when it changed, with `all` every one.
 * Clients are not committed, so a fresh checkout needs this once.
 */
export async function generate(root, node, { all = false } = {}) {
  const due = manifests(root)
    .map(file => generation(root, dirname(file)))
    .filter(one => one && (all || one.isDue))
  if (due.length === 0) return
  const started = Date.now()
  console.log(`◌ Generating code: ${due.map(one => one.directory).join(', ')}`)
  await Promise.all(due.map(one => runScript(root, node, one)))
  console.log(`✔ Code generated (${seconds(started)} s)`)
}

function generation(root, directory) {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'))
  const script = scripts.generate
  if (directory === '.' || !script) return undefined
  const schemas = ['prisma', join('test', 'prisma')].flatMap(room => schemasIn(join(root, directory, room)))
  const hash = createHash('sha256')
    .update(script)
    .update(readFileSync(join(root, 'pnpm-workspace.yaml')))
  for (const schema of schemas) hash.update(readFileSync(schema))
  const stamp = join(root, directory, 'node_modules', '.haven-generated')
  const now = hash.digest('hex')
  const isFresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === now && schemas.every(outputExists)
  return { directory, script, stamp, now, isDue: schemas.length > 0 && !isFresh }
}

function schemasIn(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter(name => name.endsWith('.prisma'))
    .map(name => join(directory, name))
}

function outputExists(schema) {
  const output = /^\s*output\s*=\s*"(.+)"/m.exec(readFileSync(schema, 'utf8'))
  return !output || existsSync(join(dirname(schema), output[1]))
}

function runScript(root, node, { directory, script, stamp, now }) {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', script], {
      cwd: join(root, directory),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: [
          dirname(node),
          join(root, directory, 'node_modules', '.bin'),
          join(root, 'node_modules', '.bin'),
          process.env.PATH,
        ].join(':'),
        // The client's generator does not need the engine that migrates, and must not fetch it: we migrate ourselves.
        PRISMA_SCHEMA_ENGINE_BINARY: ['/bin/true', '/usr/bin/true'].find(existsSync),
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    })
    const output = []
    child.stdout.on('data', chunk => output.push(chunk))
    child.stderr.on('data', chunk => output.push(chunk))
    child.on('error', reject)
    child.on('close', code => {
      if (code !== 0) {
        console.error(Buffer.concat(output).toString('utf8'))
        return reject(
          Object.assign(new Error(`${directory}: "${script}" failed.`), { remedy: 'What it said stands above.' }),
        )
      }
      mkdirSync(dirname(stamp), { recursive: true })
      writeFileSync(stamp, now)
      resolve()
    })
  })
}
