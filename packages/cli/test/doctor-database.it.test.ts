import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TlsPostgres, tlsPostgres } from '@haven/testkit/tls-postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { haven } from './haven.ts'

const nowhere = mkdtempSync(join(tmpdir(), 'haven-doctor-db-'))
let postgres: TlsPostgres
beforeAll(async () => {
  postgres = await tlsPostgres()
}, 60_000)
afterAll(async () => {
  await postgres.stop()
  rmSync(nowhere, { recursive: true })
})

async function certificateOf(url: string) {
  const { out } = await haven({ HAVEN_STATE_DIR: nowhere, HAVEN_INTAKE_DATABASE_URL: url }, 'doctor', '--json')
  const findings: { area: string; mark: string; says: string; remedy?: string }[] = JSON.parse(out)
  return findings.filter(({ area }) => area === 'certificates')
}

test('a database’s certificate is judged by the authority that its URL names, and by the host that it calls', async () => {
  const trusting = (sslrootcert: string) => postgres.urlWith({ sslmode: 'verify-full', sslrootcert })
  expect(await certificateOf(trusting(postgres.authority))).toMatchObject([
    { mark: 'fine', says: expect.stringContaining('the database intake at 127.0.0.1 is good for') },
  ])
  expect(await certificateOf(trusting(postgres.otherAuthority))).toMatchObject([
    { mark: 'wrong', remedy: expect.stringContaining('sslrootcert') },
  ])
  expect(await certificateOf(trusting(postgres.authority).replace('127.0.0.1', 'localhost'))).toMatchObject([
    { mark: 'wrong', says: expect.stringContaining('another host name') },
  ])
  expect(await certificateOf(trusting('/nowhere/ca.pem'))).toMatchObject([
    { mark: 'unseen', says: expect.stringContaining('/nowhere/ca.pem') },
  ])
})
