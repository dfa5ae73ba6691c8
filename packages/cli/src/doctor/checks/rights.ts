import { type AclDifferences, BusError } from '@haven/bus'
import { aclsOf, ownNames } from '@haven/contracts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check, World } from '../world.ts'

const apply = 'Run haven topics apply as Kafka’s administrator.'

/** Whether each service may do on Kafka what follows from the tables in contracts, and nobody else anything. */
export const rights: Check = {
  area: 'rights on Kafka',
  looks: world => [{ what: 'rights on Kafka', look: () => lookAtRights(world) }],
}

export function judgeRights({ missing, surplus, foreign }: AclDifferences): Judged[] {
  const bad = [
    ...missing.map(right => wrong(`missing: ${right}`, apply)),
    ...surplus.map(right => wrong(`not meant to be: ${right}`, `${apply} It takes this away.`)),
    ...foreign.map(right =>
      wrong(
        `reaches Haven’s own: ${right}`,
        'Take it away by kafka-acls.sh --remove, or give it for the names that are meant.',
      ),
    ),
  ]
  return bad.length > 0 ? bad : [fine('each service may do what it needs, and nobody else anything')]
}

async function lookAtRights(world: World): Promise<Judged[]> {
  const applicant = world.kafkaUser
  if (applicant === undefined)
    return [fine('nobody signs in to Kafka by these settings, so it has no rights to compare')]
  try {
    return judgeRights(await world.onBus(bus => bus.compareAcls(aclsOf(), { ownNames, applicant })))
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'no-authorizer')) throw error
    return [
      wrong(
        'Kafka has no authorizer: everybody who signs in may read and write everything',
        'Set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer at its brokers.',
      ),
    ]
  }
}
