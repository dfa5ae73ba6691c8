const dml = 'select, insert, update, delete'

/**
 * The SQL that gives a database's schemas to the owner and lets the other roles in, by default privileges: they speak
 * when a migration makes an object, for the roles that are there at that time. `vault` is for the app alone: who
 * reports has no business with keys.
 */
export function grantStatements(service: string, schemas: string[]): string {
  const owner = `${service}_owner`
  // Not by schema: what PostgreSQL gives to everybody by itself can only be taken back for all schemas at once.
  const lines = [
    `revoke create on schema public from public`,
    `alter default privileges for role ${owner} revoke execute on functions from public`,
  ]
  for (const schema of schemas) {
    lines.push(
      `create schema if not exists ${schema} authorization ${owner}`,
      `alter schema ${schema} owner to ${owner}`,
      `revoke all on schema ${schema} from public`,
      ...rolesOf(service, schema).flatMap(([role, privileges]) => grants(owner, schema, role, privileges)),
    )
  }
  return lines.join(';\n')
}

function rolesOf(service: string, schema: string): [role: string, privileges: string][] {
  const app: [string, string] = [`${service}_app`, dml]
  if (schema === 'vault') return [app]
  const reader: [string, string] = [`${service}_reader`, 'select']
  return schema === 'stream' ? [app, reader, [`${service}_relay`, dml]] : [app, reader]
}

// A migration that narrows what it made (`revoke update on … from …`) is obeyed: provisioning again must not widen it,
// so grants on objects that are there are left to default privileges, which spoke when the object was made.
function grants(owner: string, schema: string, role: string, privileges: string): string[] {
  const future = `alter default privileges for role ${owner} in schema ${schema} grant`
  const lines = [`grant usage on schema ${schema} to ${role}`, `${future} ${privileges} on tables to ${role}`]
  if (privileges === dml)
    lines.push(`${future} usage, select on sequences to ${role}`, `${future} execute on functions to ${role}`)
  return lines
}
