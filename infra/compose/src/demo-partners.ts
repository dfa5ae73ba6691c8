// One-shot of docker-compose.yml: enters the demonstration's partners into the gateway's database (HAVEN_GATEWAY_DATABASE_URL_FILE, as its app role).
import { readFileSync } from 'node:fs'
import { demoPartners, registerDemoPartners } from '@haven/issuer'

const { HAVEN_GATEWAY_DATABASE_URL_FILE: file } = process.env
if (!file)
  throw new Error(
    "set HAVEN_GATEWAY_DATABASE_URL_FILE to the file with the URL of the gateway's database as its app role",
  )
await registerDemoPartners(readFileSync(file, 'utf8').trim())
console.log(`registered: ${demoPartners.map(({ name }) => name).join(', ')}`)
