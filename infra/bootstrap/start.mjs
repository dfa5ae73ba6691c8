// npm start [-- --fresh]: the whole system on this machine.
import { prepare, run } from './project.mjs'

run(await prepare(), 'infra/local/src/start.ts', process.argv.slice(2))
