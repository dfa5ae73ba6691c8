import { serviceNames } from '@haven/contracts'
import type { Pool } from 'pg'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check, World } from '../world.ts'

// A relay sends within a second and a consumer applies at once: what waits for a minute, or by the thousand, is stuck or swamped.
const mostWaiting = 1_000
const oldestMs = 60_000

/** What waits: facts and entries for Kafka, facts for who reads them, leaves for the audit service. */
export const lag: Check = {
  area: 'lag',
  looks: world => [
    ...serviceNames.flatMap(name => [
      {
        what: `facts of ${name}`,
        look: async () => judgeWaiting(`facts of ${name} wait for Kafka`, await world.onDatabase(name, readFacts)),
      },
      {
        what: `access entries of ${name}`,
        look: async () =>
          judgeWaiting(`access entries of ${name} wait for Kafka`, await world.onDatabase(name, readEntries)),
      },
      { what: `the consumers of ${name}`, look: async () => judgeBehind(name, await readPlaces(world, name)) },
    ]),
  ],
}

export interface Waiting {
  count: number
  oldestMs: number
}

/** @param what waits, as a clause without its number */
export function judgeWaiting(what: string, { count, oldestMs: age }: Waiting): Judged[] {
  if (count <= mostWaiting && age <= oldestMs) return [fine(`${count} ${what}`)]
  const since = age > oldestMs ? `, the oldest for ${Math.round(age / 1_000)} s` : ''
  return [
    wrong(
      `${count} ${what}${since}`,
      'See that Kafka runs; then the log of the service says why its relay does not send.',
    ),
  ]
}

/** How far a consumer's place is from the last number that the owner gave. */
export interface Behind {
  consumer: string
  topic: string
  behind: number
}

export function judgeBehind(name: string, places: readonly Behind[]): Judged[] {
  const slow = places.filter(({ behind }) => behind > mostWaiting)
  if (slow.length === 0) return [fine(`${name} has read what others told it`)]
  return slow.map(({ consumer, topic, behind }) =>
    wrong(
      `${consumer} of ${name} is ${behind} facts behind on ${topic}`,
      `See the readiness of ${name}, then its log: a stream that stopped has an alarm there.`,
    ),
  )
}

async function readFacts(pool: Pool): Promise<Waiting> {
  const { rows } = await pool.query<{ count: string; age: string }>(
    `select (select count(*) from stream.unsent) +
       coalesce((select sum(s.next - coalesce(t.sent, 0)) from stream.stream s left join stream.sent t on t.stream = s.id
         where s.epoch = (select max(epoch) from stream.stream)), 0) as count,
       coalesce((select extract(epoch from clock_timestamp() - min(f.written_at)) * 1000
         from stream.unsent u join stream.fact f on f.id = u.fact_id), 0) as age`,
  )
  return { count: Number(rows[0]!.count), oldestMs: Number(rows[0]!.age) }
}

async function readEntries(pool: Pool): Promise<Waiting> {
  const { rows } = await pool.query<{ count: string; age: string }>(
    `select (select count(*) from record.outbox) +
       coalesce((select sum(c.seq - coalesce(s.seq, 0)) from record.chain c left join record.sent s using (producer)), 0) as count,
       coalesce((select extract(epoch from clock_timestamp() - min(written_at)) * 1000 from record.outbox), 0) as age`,
  )
  return { count: Number(rows[0]!.count), oldestMs: Number(rows[0]!.age) }
}

interface PlaceRow {
  consumer: string
  service: string
  topic: string
  part: number
  epoch: string
  last: string
}

async function readPlaces(world: World, name: (typeof serviceNames)[number]): Promise<Behind[]> {
  const places = await world.onDatabase(
    name,
    async pool => (await pool.query<PlaceRow>('select * from stream.place')).rows,
  )
  const owners = serviceNames.filter(owner => places.some(({ service }) => service === owner))
  const heads = new Map<string, bigint>()
  for (const owner of owners) {
    const query = 'select epoch, topic, part, next from stream.stream'
    const { rows } = await world.onDatabase(owner, pool =>
      pool.query<{ epoch: string; topic: string; part: number; next: string }>(query),
    )
    for (const { epoch, topic, part, next } of rows) heads.set(`${owner}/${epoch}/${topic}/${part}`, BigInt(next))
  }
  return places.map(({ consumer, service, topic, part, epoch, last }) => ({
    consumer,
    topic,
    behind: Number((heads.get(`${service}/${epoch}/${topic}/${part}`) ?? BigInt(last)) - BigInt(last)),
  }))
}
