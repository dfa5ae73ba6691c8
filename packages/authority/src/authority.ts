import { randomBytes, type webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
// Before x509, whose containers look for it when they are loaded.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

const { subtle } = globalThis.crypto
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 86_400_000
// Clocks of the machines that check it may be a little behind.
const earlierMs = 3_600_000

/** A certificate with its private key, both PEM (the key PKCS #8, which PostgreSQL, Kafka and Node read alike). */
export interface Issued {
  certificate: string
  key: string
}

/** Makes a private authority: a self-signed certificate that may sign those of servers and nothing below them. Valid ten years unless told. */
export async function createAuthority(name: string, { days = 3_650, now = new Date() } = {}): Promise<Issued> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...lifetime(days, now),
    serialNumber: newSerial(),
    name: [{ CN: [name] }],
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return toPem(certificate, keys.privateKey)
}

/**
 * Issues a server's certificate for the host names and addresses under which it is called. Valid two years unless told. With `client` its holder
 * may also call with it: Kafka's nodes and tools know one another so.
 */
export async function issue(
  authority: Issued,
  hosts: readonly string[],
  { days = 730, now = new Date(), client = false } = {},
): Promise<Issued> {
  const [first] = hosts
  if (first === undefined) throw new TypeError('a certificate needs the host name under which its server is called')
  const keys = await newKeys()
  const issuer = new x509.X509Certificate(authority.certificate)
  const certificate = await x509.X509CertificateGenerator.create({
    ...lifetime(days, now),
    serialNumber: newSerial(),
    subject: [{ CN: [first] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await readKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        ...(client ? [x509.ExtendedKeyUsage.clientAuth] : []),
      ]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map(value => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return toPem(certificate, keys.privateKey)
}

const newKeys = () => subtle.generateKey(algorithm, true, ['sign', 'verify'])

const lifetime = (days: number, now: Date) => ({
  notBefore: new Date(now.getTime() - earlierMs),
  notAfter: new Date(now.getTime() + days * dayMs),
})

/** 127 random bits: positive, as RFC 5280 (4.1.2.2) asks. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0]! &= 0x7f
  return bytes.toString('hex')
}

async function toPem(certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<Issued> {
  const der = await subtle.exportKey('pkcs8', key)
  return { certificate: `${certificate.toString('pem')}\n`, key: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n` }
}

function readKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem)
  return subtle.importKey('pkcs8', der!, algorithm, false, ['sign'])
}
