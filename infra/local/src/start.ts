// npm start: all of Haven on this machine, until Ctrl-C.
import { parseArgs } from 'node:util'
import { consoleLog } from './console-log.ts'
import { serveControl } from './control.ts'
import { Failure } from './failure.ts'
import { takeLock } from './lock.ts'
import { report } from './report.ts'
import type { RunFile } from './run-file.ts'
import { isServiceName } from './services.ts'
import { forget, makeState, readJson, statePaths } from './state.ts'
import { System } from './system.ts'

const state = statePaths()
const log = consoleLog()
const begun = performance.now()
let end: (reason: string) => void = () => process.exit(1)

/** Ends the command with a sentence and its remedy. */
function fail(error: unknown): void {
  log.release()
  if (error instanceof Failure) console.error(`\n✖ ${error.message}\n  ${error.remedy}\n`)
  else console.error(`\n✖ ${(error as Error).stack ?? error}\n`)
  process.exitCode = 1
}

function isFresh(): boolean {
  // npm keeps an option that comes before `--` to itself; who writes `npm start --fresh` means the same.
  const taken = process.env.npm_config_fresh === 'true'
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: taken } } }).values.fresh
  } catch (error) {
    throw new Failure((error as Error).message, 'npm start takes -- --fresh, which begins anew, and nothing else.')
  }
}

async function main(): Promise<void> {
  const fresh = isFresh()
  makeState(state)
  const giveBack = takeLock(state.lock, () => {
    const gateway = readJson<RunFile>(state.run)?.services.gateway.url
    return gateway ? `, ${gateway}` : ', still starting'
  })
  process.once('exit', giveBack)
  await System.clear(state, log)
  if (fresh) forget(state)
  makeState(state)
  await supervise(new System(state, log))
}

async function supervise(system: System): Promise<void> {
  const ended = Promise.withResolvers<void>()
  end = reason => {
    // The terminal, npm and the launcher each pass on the same Ctrl-C; only a later one means impatience.
    const asked = performance.now()
    end = () => {
      if (performance.now() - asked < 1_000) return
      system.kill()
      process.exit(1)
    }
    log.release()
    console.log(`\n${reason}: stopping …`)
    ended.resolve()
  }
  const control = await serveControl(state.controlSocket, async name => {
    if (isServiceName(name)) await system.restartService(name)
  })
  try {
    log.hold()
    const run = await Promise.race([system.start(), ended.promise])
    log.release()
    if (run) {
      console.log(report(run, state, ((performance.now() - begun) / 1000).toFixed(1)))
      await ended.promise
    }
  } catch (error) {
    fail(error)
  } finally {
    control.close()
    control.closeAllConnections()
    await system.stop()
  }
  if (!process.exitCode) console.log('Everything has stopped. The data stays.')
}

process.on('SIGINT', () => end('Ctrl-C'))
process.on('SIGTERM', () => end('Asked to end'))
process.on('SIGHUP', () => end('The terminal has gone'))
// npm's launcher holds the other end of this channel: when it is killed, nobody is left who could stop us.
process.on('disconnect', () => end('The launcher has gone'))
process.on('uncaughtException', error => {
  fail(error)
  end('An error that nobody expected')
})
main()
  .catch(fail)
  .finally(() => process.exit())
