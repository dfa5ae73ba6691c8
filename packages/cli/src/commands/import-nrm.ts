import { basename, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits } from '@haven/contracts'
import { type Command, InvalidArgumentError } from 'commander'
import Type from 'typebox'
import type { Context } from '../context.ts'
import { CliFailure } from '../failure.ts'
import { clientCredentials } from '../gateway/credentials.ts'
import { type PartnerApi, partnerApi } from '../gateway/partner-api.ts'
import type { Clock } from '../gateway/patience.ts'
import { reportJson, reportLines } from '../import/report.ts'
import { runImport } from '../import/run-import.ts'
import { importSource } from '../nrm/events.ts'
import { parseQuarter, type Quarter, quarterOfFile } from '../nrm/quarter.ts'
import { settingsFor } from '../settings.ts'

const httpUrl = (description: string) => Type.String({ pattern: '^https?://[^\\s]+$', description })

const Settings = Type.Object({
  HAVEN_GATEWAY_URL: httpUrl('the URL of the gateway, or --gateway'),
  HAVEN_TOKEN_ENDPOINT: httpUrl("the OpenID provider's token endpoint, or --token-endpoint"),
  HAVEN_CLIENT_ID: Type.String({ minLength: 1, description: "the partner's client, or --client" }),
  HAVEN_CLIENT_SECRET: Type.String({ minLength: 1, secret: true, description: "the client's secret" }),
})

interface Options {
  quarter?: Quarter
  source: string
  gateway?: string
  tokenEndpoint?: string
  client?: string
  batch: number
  patience: number
  wait: boolean
  dryRun?: true
  json?: true
}

const clock: Clock = { now: () => Date.now(), sleep: ms => sleep(ms) }

/** `haven import nrm` */
export function addImportNrm(imports: Command, context: Context, onShortfall: () => void): void {
  imports
    .command('nrm')
    .description("post the Home Office's National Referral Mechanism statistics as referrals of invented people")
    .argument('<csv>', 'a file such as nrm_referrals_ngo_2023_q4.csv')
    .option('--quarter <quarter>', "the quarter, such as 2023-Q4 (from the file's name)", readQuarter)
    .option('--dry-run', 'check the whole file and post nothing')
    .option('--no-wait', 'do not wait for the receipts')
    .option('--source <uri>', "the events' source; with another one the same file is posted again", importSource)
    .option('--gateway <url>', 'HAVEN_GATEWAY_URL')
    .option('--token-endpoint <url>', 'HAVEN_TOKEN_ENDPOINT')
    .option('--client <id>', 'HAVEN_CLIENT_ID; its secret only in HAVEN_CLIENT_SECRET or HAVEN_CLIENT_SECRET_FILE')
    .option('--batch <events>', 'how many events in one request, at most 500', readBatch, 100)
    .option('--patience <seconds>', 'how long to go on without progress', readSeconds, 120)
    .option('--json', 'answer in JSON')
    .action(async (csv: string, options: Options) => {
      const task = {
        file: resolve(context.cwd, csv),
        quarter: options.quarter ?? quarterFrom(csv),
        source: options.source,
        wait: options.wait,
        batchEvents: options.batch,
        limitMs: options.patience * 1000,
        isShown: context.showsProgress && !options.json,
      }
      const report = await runImport(task, options.dryRun ? undefined : destination(context, options), clock)
      for (const line of options.json ? [reportJson(report)] : reportLines(report)) context.out(line)
      if (report.receipts !== undefined && report.receipts.rejected + report.receipts.held > 0) onShortfall()
    })
}

function destination(context: Context, options: Options): PartnerApi {
  const { config } = settingsFor(Settings, context, {
    HAVEN_GATEWAY_URL: options.gateway,
    HAVEN_TOKEN_ENDPOINT: options.tokenEndpoint,
    HAVEN_CLIENT_ID: options.client,
  })
  const credentials = {
    tokenEndpoint: config.HAVEN_TOKEN_ENDPOINT,
    clientId: config.HAVEN_CLIENT_ID,
    clientSecret: config.HAVEN_CLIENT_SECRET,
    resource: 'urn:haven:gateway',
  }
  return partnerApi(config.HAVEN_GATEWAY_URL, clientCredentials(credentials, clock), clock)
}

function readQuarter(text: string): Quarter {
  const quarter = parseQuarter(text)
  if (quarter === undefined) throw new InvalidArgumentError('write it as 2023-Q4.')
  return quarter
}

function quarterFrom(csv: string): Quarter {
  const quarter = quarterOfFile(basename(csv))
  if (quarter !== undefined) return quarter
  throw new CliFailure(`${basename(csv)} does not say one quarter, as …_2023_q4.csv does; add --quarter 2023-Q4.`, {
    exitCode: 2,
  })
}

function readBatch(text: string): number {
  const events = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0
  if (events < 1 || events > limits.batch.maxEvents)
    throw new InvalidArgumentError(`write a number from 1 to ${limits.batch.maxEvents}.`)
  return events
}

function readSeconds(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('write whole seconds, 1 to 99999.')
  return Number(text)
}
