// npm run dev <service>: starts one service again beside the running rest, now and at each change of its source.
import { existsSync, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@haven/contracts'
import { requestRestart } from './control.ts'
import { Failure } from './failure.ts'
import { followLog } from './follow-log.ts'
import type { RunFile } from './run-file.ts'
import { isServiceName } from './services.ts'
import { readJson, root, statePaths } from './state.ts'

const state = statePaths()
// An editor writes a file in several steps, and a branch switch writes many.
const settleMs = 60

async function main(): Promise<void> {
  const [name = '', ...more] = process.argv.slice(2)
  if (!isServiceName(name) || more.length > 0) {
    throw new Failure(
      more.length > 0 ? 'One service at a time.' : name ? `There is no service ${name}.` : 'Which service?',
      `npm run dev <service>, one of: ${serviceNames.join(', ')}.`,
    )
  }
  if (!readJson<RunFile>(state.run))
    throw new Failure('Nothing runs here.', 'Start the rest first, in another terminal: npm start.')
  followLog(join(state.logs, `${name}.log`), line => console.log(line))
  const restart = oneAtATime(() => restartOnce(name))
  watchSources([`services/${name}/src`, ...packageSources()], restart)
  restart()
}

async function restartOnce(name: string): Promise<void> {
  const since = performance.now()
  try {
    await requestRestart(state.controlSocket, name)
    console.log(`✔ ${name} runs with your changes (${((performance.now() - since) / 1000).toFixed(1)} s)`)
  } catch (error) {
    // A supervisor that was killed leaves its run.json behind and answers no more.
    if (!existsSync(state.run) || ['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      console.error('✖ The system has stopped.\n  Start it in another terminal: npm start.')
      process.exit(1)
    }
    console.error(`✖ ${(error as Error).message}`)
  }
}

function packageSources(): string[] {
  const sources = readdirSync(join(root, 'packages')).map(name => `packages/${name}/src`)
  return sources.filter(directory => existsSync(join(root, directory)))
}

function watchSources(directories: string[], onChange: () => void): void {
  let timer: NodeJS.Timeout | undefined
  for (const directory of directories) {
    watch(join(root, directory), { recursive: true }, (_event, file) => {
      if (!file || !isSource(file)) return
      clearTimeout(timer)
      timer = setTimeout(onChange, settleMs)
    })
  }
}

/** Whether a change of this file is one of the running program. */
export function isSource(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.split('/').includes('node_modules')
}

// A change during a restart is one more restart afterwards, however many they were.
function oneAtATime(work: () => Promise<void>): () => void {
  let isBusy = false
  let isWanted = false
  return async function next(): Promise<void> {
    isWanted = true
    if (isBusy) return
    isBusy = true
    while (isWanted) {
      isWanted = false
      await work()
    }
    isBusy = false
  }
}

main().catch(error => {
  if (!(error instanceof Failure)) throw error
  console.error(`✖ ${error.message}\n  ${error.remedy}`)
  process.exit(1)
})
