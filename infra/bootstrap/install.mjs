import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'

/**
 * Installs packages exactly as the lockfile says, unless nothing changed since the last time. pnpm comes as an npm package
 * at the version that package.json names: corepack's signatures fail on machines with an old copy of its keys.
 */
export function install(root) {
  const stamp = join(root, 'node_modules', '.haven-installed')
  const now = fingerprint(root)
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === now) return
  requireDisk(root, 2)
  const version = JSON.parse(fs.readFileSync(join(root, 'package.json'), 'utf8')).packageManager
  const started = Date.now()
  console.log(`◌ Installing packages with ${version.replace('@', ' ')} (about half a minute the first time)`)
  // CI: no questions about an old node_modules; it is laid anew.
  const result = spawnSync('npx', ['--yes', version, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...process.env, CI: 'true', npm_config_update_notifier: 'false' },
  })
  if (result.status !== 0) throw failure(result)
  fs.writeFileSync(stamp, now)
  console.log(`✔ Packages installed (${seconds(started)} s)`)
}

/** Throws when the disk below `directory` has less than so many GB free. */
export function requireDisk(directory, gigabytes) {
  const { bavail, bsize } = fs.statfsSync(directory)
  const free = (bavail * bsize) / 1e9
  if (free >= gigabytes) return
  throw Object.assign(new Error(`Haven needs ${gigabytes} GB of free disk, ${directory} has ${free.toFixed(1)} GB.`), {
    remedy: 'Free some space, then start again.',
  })
}

/** Seconds since then, with one decimal. */
export function seconds(started) {
  return ((Date.now() - started) / 1000).toFixed(1)
}

function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests(root)])
    hash.update(fs.readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** The package.json files of the workspace, relative to the root. */
export function manifests(root) {
  const rooms = ['packages', 'services', 'infra'].flatMap(room =>
    fs.readdirSync(join(root, room)).map(name => join(room, name, 'package.json')),
  )
  return ['package.json', ...rooms.filter(file => fs.existsSync(join(root, file))).sort()]
}

function failure(result) {
  const output = `${result.stdout || ''}${result.stderr || ''}`.trim()
  if (output) console.error(output.split('\n').slice(-15).join('\n'))
  const missing = result.error && result.error.code === 'ENOENT'
  return Object.assign(
    new Error(missing ? 'npx, which comes with Node, does not run.' : 'pnpm could not install the packages.'),
    {
      remedy: missing
        ? 'Install npm beside Node.'
        : 'Check the network and the registry that npm is set to, then start again.',
    },
  )
}
