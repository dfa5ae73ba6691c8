// npm test [-- <tier> …]: installs what it needs and runs the tests; infra/test says which tiers there are.
import { prepare, run } from './project.mjs'

run(await prepare(), 'infra/test/src/run.ts', process.argv.slice(2))
