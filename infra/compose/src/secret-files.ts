import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal } from './refusal.ts'

/** Files for their owner alone (0400) in one directory (0700). */
export interface SecretFiles {
  readonly directory: string
  readonly created: string[]
  readonly kept: string[]
  has(name: string): boolean
  read(name: string): string
  /** The content of a file; when there is none, that of a new one. */
  keep(name: string, make: () => string | Promise<string>): Promise<string>
  /** Writes a file that is made from others, anew when they changed. */
  derive(name: string, content: string): void
}

/** @param directory made when missing */
export function secretFiles(directory: string): SecretFiles {
  const path = (name: string) => join(directory, name)
  const [created, kept]: string[][] = [[], []]
  const files: SecretFiles = {
    directory,
    created: created!,
    kept: kept!,
    has: name => existsSync(path(name)),
    read: name => readFileSync(path(name), 'utf8'),
    async keep(name, make) {
      if (files.has(name)) {
        kept!.push(name)
        return files.read(name)
      }
      const content = await make()
      const half = draft(path(name), content)
      // never over what another run has written meanwhile
      try {
        linkSync(half, path(name))
      } finally {
        rmSync(half)
      }
      created!.push(name)
      return content
    },
    derive(name, content) {
      if (files.has(name) && files.read(name) === content) return void kept!.push(name)
      renameSync(draft(path(name), content), path(name))
      created!.push(name)
    },
  }
  return files
}

function draft(file: string, content: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const half = `${file}.${process.pid}.draft`
  writeFileSync(half, content, { mode: 0o400, flag: 'wx', flush: true })
  return half
}

/** 24 random bytes in base64url: nothing in it has to be escaped in a URL, a properties file or a shell. */
export const newPassword = (): string => randomBytes(24).toString('base64url')

const guessed = /pass|secret|admin|postgres|kafka|haven|change|default|example|test|qwert|1234|(.)\1{5}/i

/**
 * Takes a password that was there before only when nobody could guess it.
 * @throws Refusal naming the file, never the value
 */
export function checkPassword(name: string, password: string): string {
  const value = password.trim()
  if (value.length < 20)
    throw new Refusal(`${name} holds fewer than 20 characters: delete it, then a random one is made.`)
  if (guessed.test(value) && !/[A-Za-z0-9_-]{32}/.test(value))
    throw new Refusal(`${name} holds a password that can be guessed: delete it, then a random one is made.`)
  if (!/^[A-Za-z0-9_-]+$/.test(value))
    throw new Refusal(`${name} may hold letters, digits, - and _ alone: it is written into URLs and properties.`)
  return value
}
