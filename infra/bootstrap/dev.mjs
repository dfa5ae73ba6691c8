// npm run dev <service>: restarts one service beside the running rest whenever its source changes.
import { prepare, run } from './project.mjs'

run(await prepare(), 'infra/local/src/dev.ts', process.argv.slice(2))
