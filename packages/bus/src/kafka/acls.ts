import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AclEntry,
  type AclPlan,
  type AclScope,
  describeAcl,
  operation,
  pattern,
  permission,
  planAcls,
  resource,
} from '../acl-plan.ts'
import { BusError, rootCause } from '../errors.ts'
import type { Names } from '../names.ts'
import type { AclDifferences, AclReach, AclSpecification, AppliedAcls } from '../types.ts'
import type { AdminConnection } from './admin.ts'
import type { Admin } from './client.ts'

const any = 1
const inForceWithinMs = 30_000
const lookAgainMs = 100

/** Resolves when the broker goes by what was set. @throws BusError `acls-differ` after everything that could be granted or removed has been */
export async function applyAcls(
  connection: AdminConnection,
  names: Names,
  wanted: readonly AclSpecification[],
  reach: AclReach,
): Promise<AppliedAcls> {
  const look = lookFor(names, wanted, reach)
  return connection.run('applying rights', async admin => {
    const plan = await look(admin)
    if (plan.create.length > 0) await admin.createAcls({ acl: plan.create })
    if (plan.remove.length > 0) await admin.deleteAcls({ filters: plan.remove })
    await untilInForce(async () => {
      const { create, remove } = await look(admin)
      return create.length + remove.length === 0
    })
    if (plan.foreign.length > 0) throw new BusError('acls-differ', plan.foreign.map(reachesIn).join('\n'))
    return {
      created: plan.create.map(describeAcl),
      kept: plan.keep.map(describeAcl),
      removed: plan.remove.map(describeAcl),
    }
  })
}

/** The same comparison, and nothing is changed. */
export async function compareAcls(
  connection: AdminConnection,
  names: Names,
  wanted: readonly AclSpecification[],
  reach: AclReach,
): Promise<AclDifferences> {
  const plan = await connection.run('reading rights', lookFor(names, wanted, reach))
  return {
    missing: plan.create.map(describeAcl),
    surplus: plan.remove.map(describeAcl),
    foreign: plan.foreign.map(describeAcl),
  }
}

function lookFor(names: Names, wanted: readonly AclSpecification[], { ownNames, applicant }: AclReach) {
  const scope: AclScope = { names: names.out(ownNames), applicant: principalOf(applicant) }
  const entries = wanted.map(acl => toEntry(acl, names))
  return async (admin: Admin): Promise<AclPlan> => planAcls(entries, await existingAcls(admin), scope)
}

/** A broker answers when its controller has kept a right, and goes by it a moment later, on a busy machine seconds. */
async function untilInForce(isInForce: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + inForceWithinMs; !(await isInForce()); await sleep(lookAgainMs)) {
    if (performance.now() > end)
      throw new BusError('unavailable', `Kafka took the rights and does not go by them after ${inForceWithinMs} ms.`)
  }
}

async function existingAcls(admin: Admin): Promise<AclEntry[]> {
  const filter = { resourceType: any, resourcePatternType: any, operation: any, permissionType: any }
  const { resources } = await admin.describeAcls(filter).catch(error => {
    if (rootCause(error).type !== 'SECURITY_DISABLED') throw error
    throw new BusError(
      'no-authorizer',
      'Kafka has no authorizer, so that everybody who signs in may read and write everything: set ' +
        'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer at its brokers.',
      { cause: error },
    )
  })
  return resources.flatMap(({ acls, ...on }) => acls.map(acl => ({ ...on, ...acl })))
}

function toEntry({ user, may, on, name }: AclSpecification, names: Names): AclEntry {
  return {
    resourceType: on === 'topic' ? resource.topic : resource.group,
    resourceName: names.out(name),
    resourcePatternType: on === 'topic' ? pattern.literal : pattern.prefixed,
    principal: principalOf(user),
    host: '*',
    operation: operation[may],
    permissionType: permission.allow,
  }
}

const principalOf = (user: string): string => `User:${user}`

const reachesIn = (entry: AclEntry): string =>
  `${describeAcl(entry)}, which reaches Haven's own: take that away by kafka-acls.sh --remove, or give it for the names that are meant.`
