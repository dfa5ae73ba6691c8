import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { serviceNames } from '@haven/contracts'
import { databaseNames } from '../../databases.ts'
import { fine, type Judged, wrong } from '../finding.ts'
import { type CertificateState, type Door, peerOf } from '../peer-certificate.ts'
import type { Check, Look, World } from '../world.ts'

const soonDays = 30
const dayMs = 86_400_000

/** How long certificates of what speaks TLS are good for, and whether they are trusted. */
export const certificates: Check = {
  area: 'certificates',
  looks: world => {
    const looks = [...looksAtAuthority(world), ...looksAtDoors(world)]
    return looks.length > 0
      ? looks
      : [{ what: 'certificates', look: async () => [fine('no address in the settings uses TLS')] }]
  },
}

const renew = 'Issue a new one by the authority (infra/compose/init does, for containers) and start what shows it anew.'
const nameAuthority =
  'Name the authority that signed it: HAVEN_KAFKA_CA_FILE, sslrootcert in a database’s URL, NODE_EXTRA_CA_CERTS for https; or issue it by the one that is named.'

/** @param what it is of, with the host that was called */
export function judgeCertificate(
  what: string,
  { validFrom, validTo, distrust }: CertificateState,
  now: number,
): Judged[] {
  const days = Math.floor((validTo - now) / dayMs)
  if (validTo <= now) return [wrong(`the certificate of ${what} expired on ${dateOf(validTo)}`, renew)]
  if (validFrom > now)
    return [
      wrong(
        `the certificate of ${what} is not valid before ${dateOf(validFrom)}`,
        'Set the clocks right; else issue a new one.',
      ),
    ]
  if (distrust === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return [
      wrong(
        `the certificate of ${what} is for another host name`,
        'Call it by a name that stands in the certificate, or issue one for this name.',
      ),
    ]
  if (distrust !== undefined)
    return [wrong(`the certificate of ${what} is of an authority that is not trusted (${distrust})`, nameAuthority)]
  if (days < soonDays) return [wrong(`the certificate of ${what} expires in ${days} days`, renew)]
  return [fine(`the certificate of ${what} is good for ${days} days`)]
}

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

function looksAtAuthority({ authority, now }: World): Look[] {
  if (authority === undefined) return []
  const look = async () => {
    const { validFrom, validTo } = new X509Certificate(authority)
    return judgeCertificate('the authority', { validFrom: Date.parse(validFrom), validTo: Date.parse(validTo) }, now())
  }
  return [{ what: 'the certificate of the authority', look }]
}

function looksAtDoors(world: World): Look[] {
  return doorsOf(world).map(({ door, caFile }) => ({
    what: `the certificate of ${door.what}`,
    look: async () => {
      const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }
      return judgeCertificate(`${door.what} at ${door.host}`, await peerOf({ ...door, ...ca }), world.now())
    },
  }))
}

interface KnownDoor {
  door: Door
  /** Where its authority lies. */
  caFile?: string
}

function doorsOf(world: World): KnownDoor[] {
  const urls = [
    ...(world.issuer === undefined ? [] : [{ what: 'the OpenID provider', url: world.issuer }]),
    ...serviceNames.flatMap(name => attempt(() => [{ what: name, url: world.serviceUrl(name) }])),
  ].filter(({ url }) => url.startsWith('https:'))
  const ca = world.authority
  const brokers = ca === undefined ? [] : world.brokers
  return [
    ...urls.map(({ what, url }) => ({ door: doorAt(what, new URL(url), 443, 'tls') })),
    ...brokers.map(broker => ({ door: { ...doorAt('Kafka', new URL(`kafka://${broker}`), 9092, 'tls'), ca: ca! } })),
    ...databaseNames.flatMap(name => attempt(() => databaseDoor(name, new URL(world.databaseUrl(name))))),
  ]
}

function databaseDoor(name: string, url: URL): KnownDoor[] {
  if (url.searchParams.get('sslmode') !== 'verify-full') return []
  const caFile = url.searchParams.get('sslrootcert')
  return [{ door: doorAt(`the database ${name}`, url, 5432, 'postgres'), ...(caFile !== null && { caFile }) }]
}

function doorAt(what: string, url: URL, usualPort: number, protocol: Door['protocol']): Door {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { what, host, port: Number(url.port || usualPort), protocol }
}

/** What is not set is said by the areas that need it. */
function attempt<T>(make: () => T[]): T[] {
  try {
    return make()
  } catch {
    return []
  }
}
