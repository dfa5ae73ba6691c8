// Intake without its entries, the baseline: the same routes on the same databases, the same token verification, decision and query. A request says
// of itself that its entry has been committed already, as one does whose effect carried it; so none is made, framed or waited for.

import { loadConfig } from '@haven/config'
import { build } from '@haven/intake/src/app.ts'
import { Config } from '@haven/intake/src/config.ts'
import { connect } from '@haven/intake/src/connect.ts'
import { serve } from '@haven/service'
import { createLogger } from '@haven/telemetry'

const config = loadConfig(Config, process.env)
const log = createLogger({ service: 'intake', level: config.HAVEN_LOG_LEVEL })
const { deps, ...lifetime } = await connect(config, log)
const app = await build(deps)
app.addHook('preSerialization', (request, _reply, payload, done) => {
  request.entered()
  done(null, payload)
})
await serve(app, { host: config.HAVEN_HTTP_HOST, port: config.HAVEN_HTTP_PORT, ...lifetime })
