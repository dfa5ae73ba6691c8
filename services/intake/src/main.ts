import { runService } from '@haven/service'
import { build } from './app.ts'
import { Config } from './config.ts'
import { connect } from './connect.ts'

await runService({ name: 'intake', schema: Config, connect, build }, process.env)
