// npm test [-- <tier> …]
import { countLine, type Outcome, refuseEmpty, summary } from './outcome.ts'
import { endPrograms } from './program.ts'
import { startProgress } from './progress.ts'
import { type Tier, tiers } from './tiers.ts'

const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !tiers.some(tier => tier.name === name))
if (unknown.length > 0) {
  console.error(`There is no tier ${unknown.join(', ')}; there are ${tiers.map(tier => tier.name).join(', ')}.`)
  process.exit(2)
}

// The channel to the launcher closes when that was killed; Ctrl-C and a polite end come as signals.
let ending = false
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) {
  process.on(event, async () => {
    if (ending) return
    ending = true
    await endPrograms()
    process.exit(130)
  })
}

const outcomes: Outcome[] = []
for (const tier of tiers) {
  if (wanted.length === 0 || wanted.includes(tier.name)) outcomes.push(refuseEmpty(await runTier(tier)))
  // What was ended is neither passed nor failed, and nothing new begins: the end comes from the signal's side.
  if (ending) await new Promise(() => {})
}
for (const { tier, failures } of outcomes) {
  for (const failure of failures) console.log(`\n✖ ${tier}: ${failure}`)
}
console.log(`\n${summary(outcomes)}`)
process.exit(outcomes.some(({ failed }) => failed > 0) ? 1 : 0)

async function runTier(tier: Tier): Promise<Outcome> {
  const missing = await tier.missing?.()
  if (missing !== undefined) {
    console.log(`▷ ${tier.name}: skipped, ${missing}`)
    return { tier: tier.name, passed: 0, failed: 0, ms: 0, skipped: missing, failures: [] }
  }
  const started = performance.now()
  const progress = startProgress(tier.name, tier.title)
  const result = await tier.run(progress)
  const outcome = { tier: tier.name, ms: performance.now() - started, ...result }
  progress.end(countLine([outcome]))
  return outcome
}
