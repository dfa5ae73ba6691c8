import { loadConfig, publicConfig, type ServiceSettings } from '@haven/config'
import type { ServiceName } from '@haven/contracts'
import { createLogger } from '@haven/telemetry'
import type { FastifyBaseLogger } from 'fastify'
import type { TObject } from 'typebox'
import { awaitWorld } from './await-world.ts'
import type { Instance } from './instance.ts'
import { type Lifetime, serve } from './serve.ts'

/** What makes a service a program: its settings, its world, its routes. */
export interface ServiceProgram<C extends ServiceSettings, D> {
  readonly name: ServiceName
  /** The schema of its settings; `C` is what is read by it. */
  readonly schema: TObject
  connect(config: C, log: FastifyBaseLogger): Promise<{ deps: D } & Lifetime>
  build(deps: D): Promise<Instance>
}

/** Runs a service from its settings to its end; one that cannot start says why in one line and ends with code 1. */
export async function runService<C extends ServiceSettings, D>(
  program: ServiceProgram<C, D>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  let log = createLogger({ service: program.name, level: 'info' })
  try {
    const config = loadConfig(program.schema, env) as unknown as C
    const { HAVEN_HTTP_HOST: host, HAVEN_HTTP_PORT: port, HAVEN_LOG_LEVEL: level } = config
    log = createLogger({ service: program.name, level })
    const { deps, ...lifetime } = await awaitWorld(() => program.connect(config, log), { host, port, log })
    const url = await serve(await program.build(deps), { host, port, ...lifetime })
    log.info({ url, settings: publicConfig(program.schema, config) }, `${program.name} listens`)
  } catch (err) {
    log.fatal({ err }, `${program.name} cannot start`)
    process.exit(1)
  }
}
