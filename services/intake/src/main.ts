import { loadConfig, publicConfig } from '@haven/config'
import { serve } from '@haven/service'
import { createLogger } from '@haven/telemetry'
import { build } from './app.ts'
import { Config } from './config.ts'
import { connect } from './connect.ts'

const config = loadConfig(Config, process.env)
const log = createLogger({ service: 'intake', level: config.HAVEN_LOG_LEVEL })
const { deps, ...lifetime } = await connect(config, log)
const app = await build(deps)
const url = await serve(app, { host: config.HAVEN_HTTP_HOST, port: config.HAVEN_HTTP_PORT, ...lifetime })
log.info({ url, settings: publicConfig(Config, config) }, 'intake listens')
