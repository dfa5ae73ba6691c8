import { setTimeout as sleep } from 'node:timers/promises'
import type { Language } from '@haven/contracts'
import { type Command, InvalidArgumentError, Option } from 'commander'
import Type from 'typebox'
import type { Context } from '../context.ts'
import { clientCredentials } from '../gateway/credentials.ts'
import { type Clock, persist } from '../gateway/patience.ts'
import { settingsFor } from '../settings.ts'
import { type RecordApi, recordApi } from './record-api.ts'

const httpUrl = (description: string) => Type.String({ pattern: '^https?://[^\\s]+$', description })

const Settings = Type.Object({
  HAVEN_AUDIT_URL: httpUrl('the URL of audit, or --audit'),
  HAVEN_TOKEN_ENDPOINT: httpUrl("the OpenID provider's token endpoint, or --token-endpoint"),
  HAVEN_CLIENT_ID: Type.String({ minLength: 1, description: "the auditor's client, or --client" }),
  HAVEN_CLIENT_SECRET: Type.String({ minLength: 1, secret: true, description: "the client's secret" }),
})

/** What every command on the record takes. */
export interface RecordOptions {
  audit?: string
  tokenEndpoint?: string
  client?: string
  purpose: string
  language: Language
  json?: true
}

export const clock: Clock = { now: () => Date.now(), sleep: ms => sleep(ms) }
const patienceMs = 30_000

/** Adds the options that every command on the record takes. */
export function withRecordOptions(command: Command): Command {
  return command
    .option('--audit <url>', 'HAVEN_AUDIT_URL')
    .option('--token-endpoint <url>', 'HAVEN_TOKEN_ENDPOINT')
    .option('--client <id>', 'HAVEN_CLIENT_ID; its secret only in HAVEN_CLIENT_SECRET or HAVEN_CLIENT_SECRET_FILE')
    .addOption(
      new Option('--purpose <purpose>', 'why you read: a review, or to answer the person concerned')
        .choices(['audit', 'dataSubjectRequest'])
        .default('audit'),
    )
    .addOption(new Option('--language <language>', 'of the sentences').choices(['en', 'tr']).default('en'))
    .option('--json', 'answer in JSON')
}

/** The record as this caller may read it; each call goes on for half a minute while nobody answers. */
export function openRecordApi(context: Context, options: RecordOptions): RecordApi {
  const flags = {
    HAVEN_AUDIT_URL: options.audit,
    HAVEN_TOKEN_ENDPOINT: options.tokenEndpoint,
    HAVEN_CLIENT_ID: options.client,
  }
  const { config } = settingsFor(Settings, context, flags, 'auditor')
  const credentials = {
    tokenEndpoint: config.HAVEN_TOKEN_ENDPOINT,
    clientId: config.HAVEN_CLIENT_ID,
    clientSecret: config.HAVEN_CLIENT_SECRET,
    resource: 'urn:haven:audit',
  }
  const api = recordApi(config.HAVEN_AUDIT_URL, options.purpose, clientCredentials(credentials, clock), clock)
  let hasSaid = false
  const onWait = (reason: string): void => {
    if (!hasSaid) context.note(`${reason}: trying again for ${patienceMs / 1_000} s.`)
    hasSaid = true
  }
  const patience = { clock, limitMs: patienceMs, onWait, remedy: 'run the same command again later' }
  return { ...api, read: (schema, path, query) => persist(() => api.read(schema, path, query), patience) }
}

/** A whole number from 1. */
export function readCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1.')
  return Number(text)
}
