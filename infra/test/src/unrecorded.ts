import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serviceNames } from '@haven/contracts'
import { root } from './tiers.ts'

interface Declared {
  method: string
  url: string
  access: { action: string } | { open: string }
}

/** What the routes of each service declare, by the service's own `test/documents.ts`. */
async function declaredByService(): Promise<[string, readonly Declared[]][]> {
  const there = serviceNames.filter(name => existsSync(join(root, 'services', name, 'openapi.json')))
  return Promise.all(
    there.map(async name => {
      const module = await import(pathToFileURL(join(root, 'services', name, 'test/documents.ts')).href)
      return [name, await module.declaredRoutes()] as [string, readonly Declared[]]
    }),
  )
}

const introduction = `# What is not on the record

Every other request that a service answers has its entry in the access record before the first byte of its answer leaves. The table is generated from what the
routes declare (\`npm run generate\`); a test compares, and a service with a route that declares nothing does not start.

Unrecorded by rule, in every service:

| what | why |
|---|---|
| an address without a route | nothing stands there to be looked at; the answer is the same 404 to everyone |
| 413, 415, a body that is no JSON, is nested too deeply or is no HTTP | refused before anything is looked at |
| 429 after the first of a client's window | one entry tells that the limit tripped; an entry for each would be a way to flood the record |
| 503 \`overloaded\` | a process with more to do than it can refuses before it reads the token |
| 503 of a process that is stopping, of a record that cannot be written or of a full backlog | nothing is looked at, nothing is shown |
| facts that a consumer reads without opening sealed data | ids, states and times say nothing of a person |
| sign-ins | they happen at the identity provider |

Open routes:

| service | route | why it is open |
|---|---|---|
`

/** docs/unrecorded.md as it has to be. */
export async function unrecordedDocument(): Promise<string> {
  const rows = (await declaredByService()).flatMap(([service, routes]) =>
    routes.flatMap(({ method, url, access }) =>
      'open' in access && method !== 'HEAD' ? [`| ${service} | \`${method} ${url}\` | ${access.open} |`] : [],
    ),
  )
  return `${introduction}${[...new Set(rows)].join('\n')}\n`
}

/** Where it is committed. */
export const unrecordedFile = join(root, 'docs/unrecorded.md')
