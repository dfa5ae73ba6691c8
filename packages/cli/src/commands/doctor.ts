import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { certificates } from '../doctor/checks/certificates.ts'
import { chains } from '../doctor/checks/chains.ts'
import { clocks } from '../doctor/checks/clocks.ts'
import { configuration } from '../doctor/checks/configuration.ts'
import { disk } from '../doctor/checks/disk.ts'
import { keys } from '../doctor/checks/keys.ts'
import { lag } from '../doctor/checks/lag.ts'
import { migrations } from '../doctor/checks/migrations.ts'
import { parked } from '../doctor/checks/parked.ts'
import { readiness } from '../doctor/checks/readiness.ts'
import { rights } from '../doctor/checks/rights.ts'
import { topics } from '../doctor/checks/topics.ts'
import { examine } from '../doctor/examine.ts'
import { exitCodeOf } from '../doctor/finding.ts'
import { openWorld } from '../doctor/open-world.ts'
import { reportLines } from '../doctor/report.ts'

const checks = [
  configuration,
  readiness,
  migrations,
  topics,
  rights,
  lag,
  parked,
  chains,
  keys,
  clocks,
  certificates,
  disk,
]

/** `haven doctor` */
export function addDoctor(program: Command, context: Context, onEnd: (code: 0 | 1 | 2) => void): void {
  program
    .command('doctor')
    .description('look at everything and say what is wrong and what to do about it')
    .option('--env-file <file>', 'settings of a service, to be checked; may be repeated', collect, [])
    .option('--data-directory <path>', 'where data lies, to see how full its disk is; may be repeated', collect, [])
    .option('--json', 'answer in JSON')
    .addHelpText('after', '\nExit codes: 0 all is fine, 1 something is wrong, 2 something could not be looked at.')
    .action(async (options: { envFile: string[]; dataDirectory: string[]; json?: true }) => {
      const findings = await examine(checks, openWorld(context, options))
      if (options.json) context.out(JSON.stringify(findings))
      else for (const line of reportLines(findings)) context.out(line)
      onEnd(exitCodeOf(findings))
    })
}

const collect = (one: string, before: string[]): string[] => [...before, one]
