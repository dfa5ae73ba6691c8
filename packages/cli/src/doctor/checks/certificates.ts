import { X509Certificate } from 'node:crypto'
import { serviceNames } from '@haven/contracts'
import { databaseNames } from '../../databases.ts'
import { fine, type Judged, wrong } from '../finding.ts'
import { type Door, peerOf } from '../peer-certificate.ts'
import type { Check, World } from '../world.ts'

const soonDays = 30
const dayMs = 86_400_000

/** How long certificates of what speaks TLS are good for, and whether they are trusted. */
export const certificates: Check = {
  area: 'certificates',
  looks: world => {
    const doors = doorsOf(world)
    if (doors.length === 0 && world.authority === undefined)
      return [{ what: 'certificates', look: async () => [fine('no address in the settings uses TLS')] }]
    return [
      ...(world.authority === undefined
        ? []
        : [
            {
              what: 'the authority',
              look: async () => judgeCertificate('the authority', authorityOf(world.authority!), world.now()),
            },
          ]),
      ...doors.map(door => ({
        what: door.what,
        look: async () => judgeCertificate(door.what, await peerOf(door), world.now()),
      })),
    ]
  },
}

export interface CertificateState {
  validTo: number
  /** Why it is not trusted, undefined when it is. */
  distrust?: string
}

export function judgeCertificate(what: string, { validTo, distrust }: CertificateState, now: number): Judged[] {
  const days = Math.floor((validTo - now) / dayMs)
  const renew = 'Make a new one with the authority and start what uses it anew.'
  if (days < 0) return [wrong(`the certificate of ${what} expired ${-days} days ago`, renew)]
  if (distrust !== undefined)
    return [
      wrong(
        `the certificate of ${what} is not trusted (${distrust})`,
        'Name the authority that signed it, and the host name that stands in it.',
      ),
    ]
  if (days < soonDays) return [wrong(`the certificate of ${what} expires in ${days} days`, renew)]
  return [fine(`the certificate of ${what} is good for ${days} days`)]
}

const authorityOf = (pem: string): CertificateState => ({ validTo: Date.parse(new X509Certificate(pem).validTo) })

function doorsOf(world: World): Door[] {
  const ca = world.authority
  const urls = [
    ...(world.issuer === undefined ? [] : [{ what: 'the OpenID provider', url: world.issuer }]),
    ...serviceNames.flatMap(name => attempt(() => [{ what: name, url: world.serviceUrl(name) }])),
  ].flatMap(({ what, url }) => {
    const { protocol, hostname, port } = new URL(url)
    return protocol === 'https:' ? [{ what, host: hostname, port: Number(port || 443), protocol: 'tls' as const }] : []
  })
  const brokers = ca === undefined ? [] : world.brokers
  const kafka = brokers.map(broker => {
    const [host = '', port] = broker.split(':')
    return { what: `Kafka at ${broker}`, host, port: Number(port), protocol: 'tls' as const, ca: ca! }
  })
  const databases = databaseNames.flatMap(name => attempt(() => databaseDoor(name, world.databaseUrl(name), ca)))
  return [...urls, ...kafka, ...databases]
}

function databaseDoor(name: string, text: string, ca: string | undefined): Door[] {
  const url = new URL(text)
  if (!/verify|require/.test(url.searchParams.get('sslmode') ?? '')) return []
  const door = { what: `PostgreSQL of ${name}`, host: url.hostname, port: Number(url.port || 5432) }
  return [{ ...door, protocol: 'postgres', ...(ca !== undefined && { ca }) }]
}

/** What is not set is said by the areas that need it. */
function attempt<T>(make: () => T[]): T[] {
  try {
    return make()
  } catch {
    return []
  }
}
