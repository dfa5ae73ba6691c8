import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A directory of migrations: `<directory>/<time>_<name>/migration.sql`, applied in the order of their names. */
export interface MigrationSource {
  /** Names the source in the table of applied migrations and in messages: `stream`, `intake`. */
  name: string
  directory: string
}

export interface MigrationFile {
  source: string
  name: string
  sql: string
  /** SHA-256 of the file's bytes, hex. */
  sha256: string
}

/** A row of the table of applied migrations. */
export interface AppliedMigration {
  source: string
  name: string
  sha256: string
}

/** What stops a migration; the message is one sentence that names the file and the remedy. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** A database lacks migrations that somebody will apply: the one refusal that passes without a change of what is installed. */
export class DatabaseBehind extends MigrationError {}

/** Reads every migration of the sources, in the order in which they are applied. */
export async function readMigrations(sources: MigrationSource[]): Promise<MigrationFile[]> {
  const all = await Promise.all(sources.map(readSource))
  return all.flat()
}

async function readSource({ name: source, directory }: MigrationSource): Promise<MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(error => {
    throw new MigrationError(
      `The migrations of ${source} cannot be read from ${directory}; give the directory that holds them.`,
      { cause: error },
    )
  })
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const odd = names.find(name => !/^\d{8,14}_[a-z0-9_]+$/.test(name))
  if (odd !== undefined)
    throw new MigrationError(
      `${source}/${odd} is not named <time>_<name> with digits, a-z, 0-9 and _; rename the directory.`,
    )
  return Promise.all(names.sort().map(name => readFileOf(source, name, join(directory, name, 'migration.sql'))))
}

async function readFileOf(source: string, name: string, path: string): Promise<MigrationFile> {
  const bytes = await readFile(path).catch(error => {
    throw new MigrationError(`${source}/${name} has no migration.sql; add the file or remove its directory.`, {
      cause: error,
    })
  })
  return { source, name, sql: bytes.toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') }
}

/**
 * The files that are still to be applied. Throws `MigrationError` for a file that was changed after it was applied and
 * for one that would come before an applied one: both would make two databases of the same version differ. Applied
 * migrations without a file are no error: a newer version ran here, and the older one may go on beside it.
 */
export function pendingOf(files: MigrationFile[], applied: AppliedMigration[]): MigrationFile[] {
  const sums = new Map(applied.map(row => [`${row.source}/${row.name}`, row.sha256]))
  return files.filter(file => {
    const path = `${file.source}/${file.name}`
    const sum = sums.get(path)
    if (sum !== undefined && sum !== file.sha256) {
      throw new MigrationError(
        `${path} was changed after it had been applied; restore the file and put the change into a new migration.`,
      )
    }
    const later = applied.find(row => row.source === file.source && row.name > file.name)
    if (sum === undefined && later !== undefined) {
      throw new MigrationError(
        `${path} would come before ${later.name}, which is applied already; give it a later time.`,
      )
    }
    return sum === undefined
  })
}
