import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serviceNames } from '@haven/contracts'
import { root } from './tiers.ts'

interface Declared {
  method: string
  url: string
  access: { action: string; streams?: 'chunks' | 'feed' } | { open: string }
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

Every other request that a service answers has its entry in the access record before the first byte of its answer leaves. The tables are generated from what the
routes declare (\`npm run generate\`); a test compares, and a service with a route that declares nothing does not start.

Unrecorded by rule, in every service:

| what | why |
|---|---|
| an address without a route | nothing stands there to be looked at; the answer is the same 404 to everyone |
| 413, 415, a body that is no JSON, is nested too deeply or is no HTTP | refused before anything is looked at |
| 429 after the first of a client's window | one entry tells that the limit tripped; an entry for each would be a way to flood the record |
| 503 \`overloaded\` | a process with more to do than it can refuses before it reads the token |
| 503 of a process that is starting or stopping, of a record that cannot be written or of which too much waits for Kafka | nothing is looked at, nothing is shown |
| facts that a consumer reads without opening sealed data | ids, states and times say nothing of a person |
| sign-ins | they happen at the identity provider |

Recorded in another way than by one entry for each answer:

| service | route | entries |
|---|---|---|
`

const openRoutes = `
Open routes:

| service | route | why it is open |
|---|---|---|
`

const entriesOf = {
  chunks: 'one for each 200 rows or people where rows are streamed, before any of their bytes',
  feed: 'one when it opens and one when it closes, of where it began and went and how many entries it showed; each names whom the caller asked about, nobody else',
}

/** docs/unrecorded.md as it has to be. */
export async function unrecordedDocument(): Promise<string> {
  const declared = await declaredByService()
  const rowsOf = (cellOf: (access: Declared['access']) => string | undefined): string => {
    const rows = declared.flatMap(([service, routes]) =>
      routes.flatMap(({ method, url, access }) => {
        const cell = method === 'HEAD' ? undefined : cellOf(access)
        return cell === undefined ? [] : [`| ${service} | \`${method} ${url}\` | ${cell} |`]
      }),
    )
    return `${[...new Set(rows)].join('\n')}\n`
  }
  const streamed = rowsOf(access => ('action' in access && access.streams ? entriesOf[access.streams] : undefined))
  return `${introduction}${streamed}${openRoutes}${rowsOf(access => ('open' in access ? access.open : undefined))}`
}

/** Where it is committed. */
export const unrecordedFile = join(root, 'docs/unrecorded.md')
