import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { VaultError } from './vault-error.ts'

/**
 * Reads a JSON key file. Throws `VaultError('key-file-invalid')` naming file and remedy when it is missing or no JSON,
 * and when `secret(content)` and others than owner and group may read it, or the group may write it (orchestrators
 * mount secrets readable by a group).
 */
export async function readKeyFile(file: string, secret: (content: unknown) => boolean): Promise<unknown> {
  const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]).catch(error => {
    throw keyFileError(file, unreadable(error.code))
  })
  const content = parse(text) ?? malformed(file)
  if ((mode & 0o027) !== 0 && secret(content)) {
    throw keyFileError(
      file,
      `is open to others (mode ${(mode & 0o777).toString(8)}); take their rights away: chmod 400`,
    )
  }
  return content
}

/** For content that is JSON but no key. What a lost key sealed is lost, hence no advice to make a new one. */
export function malformed(file: string): never {
  throw keyFileError(file, 'is not a key file as haven keys init writes it; restore it from a backup')
}

/**
 * Writes a new file whole or not at all and never over an existing one. Answers false when the file is there already.
 */
export async function createFile(file: string, content: unknown, mode: number): Promise<boolean> {
  const draft = await writeDraft(file, content, mode)
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(draft)
    await syncDirectory(file)
  }
}

/** Writes a file whole or not at all, in place of what was there. */
export async function replaceFile(file: string, content: unknown, mode: number): Promise<void> {
  await rename(await writeDraft(file, content, mode), file)
  await syncDirectory(file)
}

async function writeDraft(file: string, content: unknown, mode: number): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}.draft`
  const handle = await open(draft, 'wx', mode)
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return draft
}

async function syncDirectory(file: string): Promise<void> {
  const handle = await open(dirname(file))
  await handle.sync().finally(() => handle.close())
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreadable(code: string | undefined): string {
  if (code === 'ENOENT') return 'is missing; make the keys with haven keys init, or name the file that has them'
  if (code === 'EACCES') return 'cannot be read by this user; make it the owner of the file'
  return `cannot be read (${code ?? 'unknown error'}); name the file that haven keys init wrote`
}

function keyFileError(file: string, what: string): VaultError {
  return new VaultError('key-file-invalid', `The key file ${file} ${what}.`)
}
