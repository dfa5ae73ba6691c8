import { createService, type Instance } from '@haven/service'
import { actions } from './actions.ts'
import type { Deps } from './deps.ts'
import { problems } from './problems.ts'
import { routes } from './routes/index.ts'

const description = `Case workers find here what partners referred to their organisation, decide about it, and follow the cases that they own.

A referral is received and acknowledged by rule; a person then accepts, rejects or redirects it, naming in If-Match the ETag they last read. Accepting opens
its case. What belongs to another organisation, or to another care team, does not exist for you: it is left out of lists and answered by 404.`

/** Intake without its world: never listens, never reads the environment. */
export async function build(deps: Deps): Promise<Instance> {
  const openapi = { title: 'Haven intake', description }
  const app = await createService({ ...deps, name: 'intake', actions, problems, openapi })
  routes(app, deps)
  return app
}
