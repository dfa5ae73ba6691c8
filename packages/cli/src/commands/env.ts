import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CliFailure } from '../failure.ts'
import { clientCredentials } from '../gateway/credentials.ts'
import { findRunningSystem, type RunningSystem } from '../run-file.ts'

const clock = { now: () => Date.now(), sleep: (ms: number) => sleep(ms) }

// Answers are JSON on one line; this makes them readable and picks a member, with nothing that is not there anyway.
const jsonFunction = `json() { node -e 'const path = process.argv[1] ?? ""; const text = require("fs").readFileSync(0, "utf8");
  const value = path.split(".").filter(Boolean).reduce((at, name) => at?.[name], JSON.parse(text));
  console.log(typeof value === "string" ? value : JSON.stringify(value, null, 2))' "\${1-}"; }`

/** `haven env` */
export function addEnv(program: Command, context: Context): void {
  program
    .command('env')
    .description('print shell variables for the system on this machine: URLs and a token for each of its clients')
    .addHelpText(
      'after',
      '\nUse it by eval "$(npx --no-install haven env)"; tokens last an hour. It also defines json, which prints an answer readably.',
    )
    .action(async () => {
      const system = findRunningSystem(context)
      if (system === undefined) throw new CliFailure('No system runs on this machine; start one with npm start.')
      for (const [name, { url }] of Object.entries(system.run.services)) context.out(variable(name, url))
      const clients = Object.keys(system.run.clients)
      const tokens = await Promise.all(clients.map(client => tokenOf(system, client)))
      for (const [n, client] of clients.entries()) context.out(variable(client, tokens[n]!))
      context.out(jsonFunction)
    })
}

/** Partners talk to the gateway, auditors to the record, everybody else to intake. */
function serviceOf(client: string): string {
  if (client.toLowerCase().endsWith('partner')) return 'gateway'
  return client === 'auditor' ? 'audit' : 'intake'
}

async function tokenOf({ run }: RunningSystem, client: string): Promise<string> {
  const { id, secret } = run.clients[client]!
  const resource = `urn:haven:${serviceOf(client)}`
  return clientCredentials(
    { tokenEndpoint: run.tokenEndpoint, clientId: id, clientSecret: secret, resource },
    clock,
  ).token()
}

/** `otherPartner` becomes OTHER_PARTNER. URLs and tokens hold no quote; whatever else would, is refused. */
function variable(name: string, value: string): string {
  const shellName = name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
  if (!/^[A-Z][A-Z0-9_]*$/.test(shellName) || value.includes("'"))
    throw new CliFailure(`${name} cannot be a shell variable.`)
  return `${shellName}='${value}'`
}
