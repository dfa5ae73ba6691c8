// infra/compose/init: makes what docker-compose.yml needs. What is there is kept and completed, never replaced but by what the authority signs anew.
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { serviceNames } from '@haven/contracts'
import { initKeys } from '@haven/vault'
import { makeCertificates } from './certificates.ts'
import { makeDatabaseUrls, makeKafkaUsers } from './credentials.ts'
import { makeDemo } from './demo.ts'
import { chooseSettings, type Options } from './options.ts'
import { Refusal } from './refusal.ts'
import { writeRunFiles } from './run-files.ts'
import { secretFiles } from './secret-files.ts'
import { readSettings, writeSettings } from './settings-file.ts'

const help = `infra/compose/init [--demo | --issuer <url> --organisation <name>]

  --demo                 an OpenID provider with invented people and partners, for a first try; services then accept its tokens
  --issuer <url>         the OpenID provider whose tokens services accept
  --organisation <name>  the organisation that receives referrals, as its staff have it in their tokens (org)

Writes secrets, certificates and keys into infra/compose/secrets and settings into .env. Run it again after an upgrade, and once a year:
it keeps what is there, adds what is missing and renews certificates a month before their end.`

// Where infra/compose/init mounts the two into the container.
const secrets = '/secrets'
const settings = '/settings'

async function main(): Promise<void> {
  const options = readOptions()
  if (options.help) return console.log(help)
  const known = readSettings(settings)
  const chosen = chooseSettings(options, known)
  const files = secretFiles(secrets)
  await makeCertificates(files)
  await makeDatabaseUrls(files)
  await makeKafkaUsers(files)
  const { created } = await initKeys(`${secrets}/keys`, { services: [...serviceNames] })
  // Without the demonstration's provider it stays empty; docker-compose.yml mounts it in any case.
  mkdirSync(`${secrets}/issuer`, { recursive: true, mode: 0o700 })
  const clients = chosen.isDemo ? await makeDemo(files) : []
  writeRunFiles(files, clients, chosen.published)
  writeSettings(settings, chosen.settings)
  report(files.created.length + created.length, chosen.isDemo)
}

function readOptions(): Options & { help?: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        demo: { type: 'boolean' },
        issuer: { type: 'string' },
        organisation: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
    return values
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${help}`)
  }
}

function report(written: number, isDemo: boolean): void {
  console.log(
    `${written === 0 ? 'Nothing was missing' : `${written} files were written`} in infra/compose/secrets; .env says the rest.`,
  )
  console.log(
    'Keep infra/compose/secrets/keys and authority.key safe, and apart from copies of the databases: what these keys seal is lost without them.',
  )
  if (isDemo) {
    console.log(
      '\nDEMONSTRATION: an OpenID provider with known, invented people runs beside the services, and they accept its tokens.',
    )
    console.log(
      'Never put a real person into this system. For one that may: delete it (docker compose down -v), then --issuer.',
    )
  }
  console.log('\nNext: docker compose up --wait')
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(`✖ ${error.message}`)
  process.exitCode = 2
}
