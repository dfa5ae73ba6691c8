import { createService, type Instance } from '@haven/service'
import { actions } from './actions.ts'
import type { Deps } from './deps.ts'
import { problems } from './problems.ts'
import { routes } from './routes/index.ts'

const description = `Auditors find here who looked at whom, when, why and how it ended: every look through Haven, allowed or refused, as the service that answered
wrote it down before it answered. An entry names people by audit surrogates and never by name. Every answer says how complete it is, and reading here is
on the record as well.`

/** Audit's API without its world: never listens, never reads the environment. */
export async function build(deps: Deps): Promise<Instance> {
  const openapi = { title: 'Haven audit', description }
  const app = await createService({ ...deps, name: 'audit', actions, problems, openapi })
  routes(app, deps)
  return app
}
