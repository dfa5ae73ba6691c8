// What the commands of package.json share. Runs on the machine's own Node before anything is installed, so it imports
// nothing but Node and parses on old ones, for the sake of a clear word to whoever has one.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateClients } from './generated.mjs'
import { install } from './install.mjs'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const parent = process.ppid

/** Ends the command with one sentence and its remedy. */
export function giveUp(sentence, remedy) {
  console.error(`\n✖ ${sentence}\n  ${remedy}\n`)
  process.exit(1)
}

/** Whether version `actual` ('20.20.2') is at least `wanted` ('20.20'). */
export function isAtLeast(actual, wanted) {
  const [a, w] = [actual, wanted].map(version => version.replace(/^v/, '').split('.').map(Number))
  for (let i = 0; i < w.length; i++) {
    if ((a[i] || 0) !== w[i]) return (a[i] || 0) > w[i]
  }
  return true
}

/** Makes the checkout ready to run: Node's age, packages, generated code. Answers with the path of the project's Node 24. */
export async function prepare() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '')
  if (!isAtLeast(process.versions.node, wanted)) {
    giveUp(
      `Haven needs Node ≥ ${wanted}, this is ${process.version}.`,
      'Install a newer Node, for example by your package manager or nvm.',
    )
  }
  try {
    install(root)
    const node = projectNode()
    generateClients(root, node)
    return node
  } catch (error) {
    if (!error.remedy) throw error
    return giveUp(error.message, error.remedy)
  }
}

/** Node 24, which runs the TypeScript: the one that came as a package, else the machine's own when it is new enough. */
export function projectNode() {
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(packaged) && spawnSync(packaged, ['--version']).status === 0) return packaged
  if (isAtLeast(process.versions.node, '24.12')) return process.execPath
  return giveUp(
    `There is no packaged Node 24 for ${process.platform} on ${process.arch}, and this is Node ${process.version}.`,
    'Run the command with Node ≥ 24.12.',
  )
}

/** Runs one of the project's TypeScript programs in the foreground and ends with its exit code. */
export function run(node, program, args) {
  const child = spawn(node, ['--disable-warning=TimeoutNegativeWarning', join(root, program), ...args], {
    cwd: root,
    // The channel carries nothing: when it closes, the program learns that we were killed and stops too.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
      PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(':'),
    },
  })
  // A terminal sends Ctrl-C to the program as well, another program only to us: pass it on; the program takes what comes at once for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  if (process.env.npm_lifecycle_event) onOrphaned(() => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code))
}

// An npm that is killed passes nothing on, and what it started would run on without anybody who knows of it.
function onOrphaned(end) {
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    end()
  }, 500).unref()
}
