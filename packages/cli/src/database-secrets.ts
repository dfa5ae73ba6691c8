import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CliFailure } from './failure.ts'

/** What a role's file is called: `intake.app.url`. */
export const secretFile = (database: string, role: string): string => `${database}.${role}.url`

/** A role's URL as its file holds it, and whether this call wrote it. */
export interface RoleSecret {
  file: string
  password: string
  created: boolean
}

/**
 * The password of a role, from the URL in `<directory>/<database>.<role>.url`. When there is no such file one is written first, for its owner
 * alone: the admin's URL with this role, this database and a new password. A file that is there is never changed: it may name the server as
 * services see it.
 * @throws CliFailure for a file that is not this role's URL, or that others may read
 */
export async function roleSecret(
  directory: string,
  database: string,
  role: string,
  adminUrl: string,
): Promise<RoleSecret> {
  const file = secretFile(database, role)
  const path = join(directory, file)
  const created = !(await exists(path)) && (await create(path, newUrl(adminUrl, database, role)))
  return { file, password: await readPassword(path, database, role), created }
}

function newUrl(adminUrl: string, database: string, role: string): string {
  const url = new URL(adminUrl)
  url.username = `${database}_${role}`
  url.password = randomBytes(24).toString('base64url')
  url.pathname = `/${database}`
  return url.href
}

/** Whole or not at all, and never over what another run has written meanwhile. */
async function create(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${content}\n`)
    await handle.sync()
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await handle.close()
    await unlink(draft)
  }
}

async function readPassword(path: string, database: string, role: string): Promise<string> {
  const [text, { mode }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
  // A group may read, because orchestrators mount secrets so.
  if ((mode & 0o027) !== 0) throw damaged(path, `is open to others (mode ${(mode & 0o777).toString(8)}); chmod 600 it`)
  const url = URL.parse(text.trim())
  const isOurs = url?.username === `${database}_${role}` && url.pathname === `/${database}` && url.password !== ''
  if (!isOurs)
    throw damaged(
      path,
      `is not the URL of the role ${database}_${role} in the database ${database}; restore it, or delete it to give the role a new password`,
    )
  return decodeURIComponent(url.password)
}

const damaged = (path: string, what: string): CliFailure => new CliFailure(`The file ${path} ${what}.`, { exitCode: 2 })

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    error => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
