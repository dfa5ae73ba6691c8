// The demonstration's OpenID provider as a process of its own: HAVEN_ISSUER (its URL, as tokens name it), HAVEN_ISSUER_DIRECTORY (keys
// and clients) and, where it listens elsewhere than the URL says, HAVEN_HTTP_HOST and HAVEN_HTTP_PORT.
import { createIssuer } from './issuer.ts'

const { HAVEN_ISSUER: issuer, HAVEN_ISSUER_DIRECTORY: directory, HAVEN_HTTP_HOST, HAVEN_HTTP_PORT } = process.env
if (!issuer || !directory) throw new Error('set HAVEN_ISSUER and HAVEN_ISSUER_DIRECTORY')

const provider = await createIssuer(issuer, directory)
const port = Number(HAVEN_HTTP_PORT || new URL(issuer).port)
const server = provider.listen(port, HAVEN_HTTP_HOST || '127.0.0.1', () => console.log(`listening as ${issuer}`))
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
