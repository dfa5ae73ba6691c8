import { seconds } from './outcome.ts'

const everyMs = 10_000

/** Says how far a tier has come: on one line that changes in a terminal, once in 10 s elsewhere. */
export interface Progress {
  say(text: string): void
  /** Ends the line with what the tier came to. */
  end(text: string): void
}

export function startProgress(tier: string, title: string): Progress {
  const started = performance.now()
  const terminal = process.stdout.isTTY === true
  let said = started
  console.log(`▶ ${tier}: ${title}`)
  const elapsed = () => seconds(performance.now() - started)
  return {
    say(text) {
      if (terminal) process.stdout.write(`\r\u001b[2K  ${text} (${elapsed()})`)
      else if (performance.now() - said > everyMs) {
        said = performance.now()
        console.log(`  ${text} (${elapsed()})`)
      }
    },
    end(text) {
      if (terminal) process.stdout.write('\r\u001b[2K')
      console.log(`  ${text} (${elapsed()})`)
    },
  }
}
