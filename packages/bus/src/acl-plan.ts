/** One right as Kafka keeps it; numbers are those of its protocol. */
export interface AclEntry {
  resourceType: number
  resourceName: string
  resourcePatternType: number
  principal: string
  host: string
  operation: number
  permissionType: number
}

export const resource = { topic: 2, group: 3 } as const
export const pattern = { literal: 3, prefixed: 4 } as const
export const operation = { read: 3, write: 4 } as const
export const permission = { deny: 2, allow: 3 } as const

/** Whose rights are compared. */
export interface AclScope {
  /** Topics and groups whose names begin so are the installation's own. */
  names: string
  /** Who applies. Its own rights, which it may need to apply any, are left as they are. */
  applicant: string
}

export interface AclPlan {
  create: AclEntry[]
  keep: AclEntry[]
  remove: AclEntry[]
  /** Rights of others that reach the installation's names from outside of them; they may be meant for something else. */
  foreign: AclEntry[]
}

/**
 * Compares the rights that are wanted with all that the cluster has. What stands on an own name, or belongs to a user of ours and reaches beyond one,
 * and is not wanted is to go.
 */
export function planAcls(wanted: readonly AclEntry[], found: readonly AclEntry[], scope: AclScope): AclPlan {
  const wantedKeys = new Set(wanted.map(keyOf))
  const foundKeys = new Set(found.map(keyOf))
  const users = new Set(wanted.map(entry => entry.principal))
  const others = found.filter(entry => !wantedKeys.has(keyOf(entry)) && entry.principal !== scope.applicant)
  const isOurs = (entry: AclEntry) =>
    isNamed(entry, scope) || (users.has(entry.principal) && reachesBeyondNames(entry, scope))
  return {
    create: wanted.filter(entry => !foundKeys.has(keyOf(entry))),
    keep: wanted.filter(entry => foundKeys.has(keyOf(entry))),
    remove: others.filter(isOurs),
    foreign: others.filter(entry => !isOurs(entry) && isDangerous(entry) && reachesNames(entry, scope)),
  }
}

/** `User:haven-intake may read topic haven.partner.inbound` */
export function describeAcl(entry: AclEntry): string {
  const does = operations[entry.operation] ?? `operation ${entry.operation}`
  const kind = resources[entry.resourceType] ?? `resource ${entry.resourceType}`
  const name = entry.resourcePatternType === pattern.prefixed ? `${entry.resourceName}*` : entry.resourceName
  const from = entry.host === '*' ? '' : ` from ${entry.host}`
  return `${entry.principal} ${entry.permissionType === permission.deny ? 'may not' : 'may'} ${does} ${kind} ${name}${from}`
}

const operations: Readonly<Record<number, string>> = {
  2: 'do everything with',
  3: 'read',
  4: 'write',
  5: 'create',
  6: 'delete',
  7: 'alter',
  8: 'describe',
  9: 'act for',
  10: 'describe the settings of',
  11: 'alter the settings of',
  12: 'write idempotently to',
}
const resources: Readonly<Record<number, string>> = {
  2: 'topic',
  3: 'group',
  4: 'cluster',
  5: 'transaction',
  6: 'delegation token',
  7: 'user',
}
const describes = new Set([8, 10])

const keyOf = (entry: AclEntry): string =>
  JSON.stringify([
    entry.resourceType,
    entry.resourceName,
    entry.resourcePatternType,
    entry.principal,
    entry.host,
    entry.operation,
    entry.permissionType,
  ])

const isTopicOrGroup = ({ resourceType }: AclEntry): boolean =>
  resourceType === resource.topic || resourceType === resource.group

const isNamed = (entry: AclEntry, { names }: AclScope): boolean =>
  isTopicOrGroup(entry) && entry.resourceName.startsWith(names)

/** A pattern that is wider than the installation's names: everything (`*`), or a prefix of theirs. */
const reachesNames = (entry: AclEntry, { names }: AclScope): boolean =>
  isTopicOrGroup(entry) &&
  (entry.resourcePatternType === pattern.prefixed ? names.startsWith(entry.resourceName) : entry.resourceName === '*')

/** With another prefix the same user may work for another installation: its names are not ours to judge. */
const reachesBeyondNames = (entry: AclEntry, scope: AclScope): boolean =>
  !isTopicOrGroup(entry) || reachesNames(entry, scope)

const isDangerous = (entry: AclEntry): boolean =>
  entry.permissionType === permission.allow && !describes.has(entry.operation)
