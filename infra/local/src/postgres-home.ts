import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Failure } from './failure.ts'

/** Whom PostgreSQL runs as: it refuses root, so root lends it another account. */
export interface Account {
  uid: number
  gid: number
}

/** Where PostgreSQL's files are: `root` belongs to its account, `data` lies in it. */
export interface PostgresHome {
  root: string
  data: string
  account?: Account
  /** The data is that of a directory of the same name which was deleted with its password: nobody can open it. */
  isForsaken: boolean
}

/**
 * Finds a place for the data that PostgreSQL's account can reach.
 *
 * An ordinary user's data lies in `dir`. Root's lies in /var/lib/haven: the account that PostgreSQL needs then cannot
 * pass directories of mode 0700 (a state directory, root's home, a temporary directory), and opening those to everybody
 * to let one account through would be the wrong way round. `origin` names the directory that it stands for, so that
 * places whose origin was deleted are cleared by the next start.
 */
export function postgresHome(dir: string): PostgresHome {
  const origin = resolve(dir)
  if (process.getuid?.() !== 0) {
    mkdirSync(origin, { recursive: true, mode: 0o700 })
    return { root: origin, data: join(origin, 'data'), isForsaken: false }
  }
  const account = postgresAccount(readFileSync('/etc/passwd', 'utf8'))
  const root = join(rootsBase(), createHash('sha256').update(origin).digest('hex').slice(0, 16))
  clearAbandoned(root)
  mkdirSync(root, { recursive: true, mode: 0o700 })
  writeFileSync(join(root, 'origin'), origin, { mode: 0o600 })
  chownSync(root, account.uid, account.gid)
  mkdirSync(origin, { recursive: true, mode: 0o700 })
  const signpost = join(origin, 'elsewhere')
  const isForsaken = lstatSync(signpost, { throwIfNoEntry: false }) === undefined
  rmSync(signpost, { force: true })
  symlinkSync(root, signpost)
  return { root, data: join(root, 'data'), account, isForsaken }
}

/** Deletes everything that belongs to `dir`; nothing may run in it. */
export function removePostgres(dir: string): void {
  const origin = resolve(dir)
  if (process.getuid?.() === 0) {
    rmSync(join(rootsBase(), createHash('sha256').update(origin).digest('hex').slice(0, 16)), {
      recursive: true,
      force: true,
    })
  }
  rmSync(origin, { recursive: true, force: true })
}

/** The account of PostgreSQL's own package where there is one, else the one that owns nothing. */
export function postgresAccount(passwd: string): Account {
  const lines = passwd.split('\n').map(line => line.split(':'))
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody')
  const [uid, gid] = [Number(entry?.[2]), Number(entry?.[3])]
  if (!entry || !uid || !gid) {
    throw new Failure(
      'PostgreSQL refuses to run as root and this machine has no account `postgres` or `nobody` to run it as.',
      'Start Haven as an ordinary user, or add one: useradd --system postgres.',
    )
  }
  return { uid, gid }
}

/** The directory of PostgreSQL's programs, copied to where `account` can run them when it cannot reach the package. */
export function reachablePrograms(native: string, version: string, account: Account | undefined): string {
  if (!account || everybodyMayRun(join(native, 'bin', 'postgres'))) return native
  const copy = join(rootsBase(), `programs-${version}`)
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`
    cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    openToEverybody(half)
    renameSync(half, copy)
  }
  return copy
}

function rootsBase(): string {
  const base = '/var/lib/haven'
  if (!existsSync(base)) {
    mkdirSync(base, { recursive: true })
    // Whatever root's umask says.
    chmodSync(base, 0o755)
  }
  return base
}

function everybodyMayRun(program: string): boolean {
  for (let at = realpathSync(program); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

function openToEverybody(directory: string): void {
  chmodSync(directory, 0o755)
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), 0o755)
  }
}

function clearAbandoned(except: string): void {
  for (const name of readdirSync(rootsBase())) {
    const root = join(rootsBase(), name)
    const origin = join(root, 'origin')
    if (root === except || !existsSync(origin) || existsSync(readFileSync(origin, 'utf8'))) continue
    if (!existsSync(join(root, 'data', 'postmaster.pid'))) rmSync(root, { recursive: true, force: true })
  }
}
