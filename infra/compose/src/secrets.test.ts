import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeCertificates } from './certificates.ts'
import { makeDatabaseUrls, makeKafkaUsers } from './credentials.ts'
import { type SecretFiles, secretFiles } from './secret-files.ts'

let directory: string
let files: SecretFiles
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'haven-init-'))
  files = secretFiles(directory)
})
afterEach(() => rmSync(directory, { recursive: true }))

const plant = (name: string, content: string) => {
  rmSync(join(directory, name), { force: true })
  writeFileSync(join(directory, name), content)
}

describe('secrets', () => {
  test('are files for their owner alone', async () => {
    await makeCertificates(files)
    await makeDatabaseUrls(files)
    await makeKafkaUsers(files)
    const all = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(name =>
      statSync(join(directory, name)),
    )
    expect(all.filter(one => one.isFile() && (one.mode & 0o777) !== 0o400)).toEqual([])
    expect(all.filter(one => one.isFile()).length).toBe(files.created.length)
  })

  test('are kept when they are there, and only what is missing is made', async () => {
    await makeDatabaseUrls(files)
    const before = files.created.map(name => files.read(name))
    rmSync(join(directory, 'databases/audit.reader.url'))
    const again = secretFiles(directory)
    await makeDatabaseUrls(again)
    expect(again.created).toEqual(['databases/audit.reader.url'])
    const after = files.created.map(name => files.read(name))
    expect(after.filter((content, n) => content !== before[n])).toHaveLength(1)
  })

  test.each([
    'postgres-postgres',
    'changeme',
    'haven-secret',
    'password-password-1',
    'short',
    'with a space in it, and long',
  ])('that were there before are refused when anybody could guess them: %s', async password => {
    await makeDatabaseUrls(files)
    plant('databases/postgres.password', password)
    const refusal = makeDatabaseUrls(secretFiles(directory))
    await expect(refusal).rejects.toThrow('databases/postgres.password')
    await expect(refusal).rejects.not.toThrow(password)
  })

  test('let a role reach its database by verified TLS alone', async () => {
    await makeDatabaseUrls(files)
    const url = new URL(files.read('databases/keys.app.url'))
    expect(url.hostname).toBe('postgres-keys')
    expect(url.searchParams.get('sslmode')).toBe('verify-full')
  })
})

describe('certificates', () => {
  const names = ['postgres', 'postgres-audit', 'postgres-keys', 'kafka']
  const certificate = (name: string) => new X509Certificate(files.read(`tls/${name}.pem`))

  test.each(names)('of %s are for this host and signed by the authority', async name => {
    await makeCertificates(files)
    const authority = new X509Certificate(files.read('authority.crt'))
    expect(certificate(name).checkHost(name)).toBe(name)
    expect(certificate(name).verify(authority.publicKey)).toBe(true)
  })

  test('are signed anew by the same authority a month before their end, not earlier', async () => {
    await makeCertificates(files)
    const [authority, before] = [files.read('authority.crt'), certificate('kafka').serialNumber]
    const end = Date.parse(certificate('kafka').validTo)
    await makeCertificates(secretFiles(directory), new Date(end - 40 * 86_400_000))
    expect(certificate('kafka').serialNumber).toBe(before)
    await makeCertificates(secretFiles(directory), new Date(end - 20 * 86_400_000))
    expect(certificate('kafka').serialNumber).not.toBe(before)
    expect(files.read('authority.crt')).toBe(authority)
  })

  test('are not made by half an authority', async () => {
    await makeCertificates(files)
    rmSync(join(directory, 'authority.key'))
    await expect(makeCertificates(secretFiles(directory))).rejects.toThrow('authority.key')
  })
})
