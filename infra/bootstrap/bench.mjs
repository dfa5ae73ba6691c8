// npm run bench [-- <name> … --quick]: installs what it needs and measures; infra/bench says what there is.
import { prepare, run } from './project.mjs'

run(await prepare(), 'infra/bench/src/run.ts', process.argv.slice(2))
