import { X509Certificate } from 'node:crypto'
import { createAuthority, type Issued, issue } from '@haven/authority'
import { postgresServers } from './installation.ts'
import { Refusal } from './refusal.ts'
import type { SecretFiles } from './secret-files.ts'

// Renewed by the next run of init from a month before the end on.
const renewBeforeMs = 30 * 86_400_000

/**
 * The private authority and the certificates of Kafka and PostgreSQL. The authority is kept for ever: it signs again what nears its end. Its key
 * goes into no container.
 */
export async function makeCertificates(files: SecretFiles, now = new Date()): Promise<void> {
  const authority = await keepAuthority(files)
  for (const { host } of postgresServers) {
    const { certificate, key } = await current(files, `tls/${host}.pem`, authority, [host, 'localhost'], now)
    // PostgreSQL reads the two from files of their own.
    files.derive(`tls/${host}.crt`, certificate)
    files.derive(`tls/${host}.key`, key)
  }
  await current(files, 'tls/kafka.pem', authority, ['kafka', 'localhost'], now, true)
  await current(files, 'tls/kafka-users.pem', authority, ['kafka-users'], now, true)
}

async function keepAuthority(files: SecretFiles): Promise<Issued> {
  const [keyFile, certificateFile] = ['authority.key', 'authority.crt']
  if (files.has(keyFile) !== files.has(certificateFile))
    throw new Refusal(
      `Of ${keyFile} and ${certificateFile} one is missing: restore it, or delete the other and tls/ too.`,
    )
  const made = files.has(keyFile) ? { key: '', certificate: '' } : await createAuthority('Haven')
  const key = await files.keep(keyFile, () => made.key)
  const certificate = await files.keep(certificateFile, () => made.certificate)
  return { key, certificate }
}

/** Key and certificate in one file, as Kafka takes them; signed anew when the one there nears its end or is another authority's. */
async function current(
  files: SecretFiles,
  name: string,
  authority: Issued,
  hosts: string[],
  now: Date,
  client = false,
): Promise<Issued> {
  if (files.has(name)) {
    const pem = files.read(name)
    const certificate = new X509Certificate(pem)
    const isOurs = certificate.verify(new X509Certificate(authority.certificate).publicKey)
    const lasts = Date.parse(certificate.validTo) - now.getTime() > renewBeforeMs
    if (isOurs && lasts && hosts.every(host => certificate.checkHost(host))) {
      files.kept.push(name)
      return split(pem)
    }
  }
  const issued = await issue(authority, hosts, { now, client })
  files.derive(name, `${issued.key}${issued.certificate}`)
  return issued
}

function split(pem: string): Issued {
  const at = pem.indexOf('-----BEGIN CERTIFICATE-----')
  return { key: pem.slice(0, at), certificate: pem.slice(at) }
}
