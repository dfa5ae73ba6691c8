import { chownSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, issue } from '@haven/authority'
import { removePostgres, startPostgres } from '@haven/local'
import pg from 'pg'

/** A PostgreSQL of its own that takes nobody without TLS. */
export interface TlsPostgres {
  /** A superuser's URL, `sslmode=verify-full` with the authority's file. */
  adminUrl: string
  /** The same URL with other parameters in place of those: `{ sslmode, sslrootcert }`, or none of them. */
  urlWith(parameters: Record<string, string>): string
  /** Files (PEM) of the authority that issued its certificate, and of another one. */
  authority: string
  otherAuthority: string
  stop(): Promise<void>
}

/** @param hosts the names that its certificate is for; it listens on 127.0.0.1 */
export async function tlsPostgres(hosts: readonly string[] = ['127.0.0.1']): Promise<TlsPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'haven-test-tls-'))
  const [authority, otherAuthority] = [join(directory, 'ca.pem'), join(directory, 'other-ca.pem')]
  const ours = await createAuthority('Haven test')
  writeFileSync(authority, ours.certificate)
  writeFileSync(otherAuthority, (await createAuthority('Haven test')).certificate)
  const server = await startPostgres({ dir: join(directory, 'postgres'), settings: { fsync: 'off' } })
  await turnOnTls(server.adminUrl, await issue(ours, hosts))
  const urlWith = (parameters: Record<string, string>): string =>
    `${server.adminUrl}?${Object.entries(parameters)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')}`
  return {
    adminUrl: urlWith({ sslmode: 'verify-full', sslrootcert: authority }),
    urlWith,
    authority,
    otherAuthority,
    async stop() {
      await server.stop()
      removePostgres(join(directory, 'postgres'))
      removePostgres(directory)
    },
  }
}

async function turnOnTls(adminUrl: string, { certificate, key }: { certificate: string; key: string }): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    const data = rows[0]!.data_directory
    const { uid, gid } = statSync(data)
    const files = {
      'server.crt': certificate,
      'server.key': key,
      'pg_hba.conf': 'hostssl all all 127.0.0.1/32 scram-sha-256\n',
    }
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(data, name), content, { mode: 0o600 })
      chownSync(join(data, name), uid, gid)
    }
    await client.query('alter system set ssl = on')
    await client.query('select pg_reload_conf()')
    // The postmaster takes its new settings a moment later.
    while ((await client.query<{ ssl: string }>('show ssl')).rows[0]?.ssl !== 'on')
      await client.query('select pg_sleep(0.02)')
  } finally {
    await client.end()
  }
}
