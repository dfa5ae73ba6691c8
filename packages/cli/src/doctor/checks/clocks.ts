import { accessTopics } from '@haven/contracts'
import { databaseNames } from '../../databases.ts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check, World } from '../world.ts'

// Tokens, leases and the times of entries bear a few seconds; HTTP's Date has whole ones.
const toleranceMs = 3_000

/** Whether everybody's clock says what this machine's says. */
export const clocks: Check = {
  area: 'clocks',
  looks: world => [
    ...databaseNames.map(name => ({
      what: `the clock of the database ${name}`,
      look: async () => judgeClock(`the database ${name}`, await offset(world, () => databaseTime(world, name))),
    })),
    {
      what: 'the clock of the OpenID provider',
      look: async () => judgeClock('the OpenID provider', await offset(world, () => issuerTime(world))),
    },
    {
      what: 'the times of Kafka’s records',
      look: async () => judgeRecordTime((await newestRecord(world)) - world.now()),
    },
  ],
}

/** @param offsetMs how far it is ahead of this machine */
export function judgeClock(what: string, offsetMs: number): Judged[] {
  if (Math.abs(offsetMs) <= toleranceMs) return [fine(`${what} has this machine's time`)]
  const seconds = Math.round(Math.abs(offsetMs) / 1_000)
  return [
    wrong(
      `the clock of ${what} is ${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} this machine's`,
      'Let one time service (NTP) set both clocks; until then tokens are refused and entries have the wrong time.',
    ),
  ]
}

/** A record is stamped by who sends it: an old one says nothing, one of the future that a sender's clock is ahead. */
export function judgeRecordTime(aheadMs: number): Judged[] {
  if (aheadMs > toleranceMs) return judgeClock('a service that sends to Kafka', aheadMs)
  return [fine('no record in Kafka has a time that is still to come')]
}

/** The other's time against the middle of the question's way. */
async function offset({ now }: World, ask: () => Promise<number>): Promise<number> {
  const asked = now()
  const time = await ask()
  return time - (asked + now()) / 2
}

const databaseTime = (world: World, name: (typeof databaseNames)[number]): Promise<number> =>
  world.onDatabase(name, async pool => {
    await pool.query('select 1')
    const { rows } = await pool.query<{ ms: string }>('select extract(epoch from clock_timestamp()) * 1000 as ms')
    return Number(rows[0]!.ms)
  })

async function issuerTime({ issuer }: World): Promise<number> {
  if (issuer === undefined) throw new Error('HAVEN_ISSUER is not set')
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`)
  await answer.body?.cancel()
  return Date.parse(answer.headers.get('date') ?? '') + 500
}

const newestRecord = (world: World): Promise<number> =>
  world.onBus(async bus => {
    const last = await Promise.all(accessTopics.map(topic => bus.lastRecord(topic, 0)))
    return Math.max(...last.map(record => record?.timestamp.getTime() ?? 0))
  })
