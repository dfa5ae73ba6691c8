// The local OpenID provider as a process of its own: HAVEN_ISSUER (its URL) and HAVEN_ISSUER_DIRECTORY (keys and clients).
import { createIssuer } from './issuer.ts'

const { HAVEN_ISSUER: issuer, HAVEN_ISSUER_DIRECTORY: directory } = process.env
if (!issuer || !directory) throw new Error('set HAVEN_ISSUER and HAVEN_ISSUER_DIRECTORY')

const provider = await createIssuer(issuer, directory)
const server = provider.listen(Number(new URL(issuer).port), '127.0.0.1', () => console.log(`listening on ${issuer}`))
server.once('error', error => {
  console.error(error.message)
  process.exit(1)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}
