import { createService, type Instance } from '@haven/service'
import { actions } from './actions.ts'
import type { Deps } from './deps.ts'
import { problems } from './problems.ts'
import { routes } from './routes/index.ts'

const description = `Partner systems post CloudEvents 1.0 here and get a receipt for each.

A receipt goes from accepted (written down) over published (handed on) and, should somebody have to look, held, to applied or rejected. What becomes
of the referral afterwards shows in its outcome. Event types, with schemas and samples: \`GET /event-types\`.`

/** The gateway without its world: never listens, never reads the environment. */
export async function build(deps: Deps): Promise<Instance> {
  const openapi = { title: 'Haven gateway', description }
  const app = await createService({ ...deps, name: 'gateway', actions, problems, openapi })
  routes(app, deps)
  return app
}
