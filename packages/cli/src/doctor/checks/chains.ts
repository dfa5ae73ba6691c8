import { serviceNames } from '@haven/contracts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check, World } from '../world.ts'

const tail = 1_000

/** The access record: each service's chain in its tail, and whether the audit service has checked the same. */
export const chains: Check = {
  area: 'access record',
  looks: world => [
    ...serviceNames.map(name => ({ what: `the chain of ${name}`, look: () => lookAtChain(world, name) })),
    { what: 'what the audit service found', look: async () => judgeLog(await readLog(world)) },
  ],
}

export interface Leaf {
  seq: bigint
  prev: string
  hash: string
}

export interface Chain {
  producer: string
  /** The last number given, with the hash at it. */
  head: { seq: bigint; hash: string }
  /** The last leaves, oldest first. */
  leaves: readonly Leaf[]
  /** How far the audit service has checked, undefined when it has not heard of it. */
  checked: { seq: bigint; hash: string } | undefined
}

const call = 'Keep everything as it is and call whoever answers for the record: somebody may have changed it.'

/** @param chain undefined for a service that has recorded nothing yet */
export function judgeChain(name: string, chain: Chain | undefined): Judged[] {
  if (chain === undefined) return [fine(`${name} has recorded nothing yet`)]
  const { head, leaves, checked } = chain
  const broken = leaves.findIndex((leaf, at) => {
    const before = leaves[at - 1]
    return before !== undefined && (leaf.seq !== before.seq + 1n || leaf.prev !== before.hash)
  })
  if (broken > 0) return [wrong(`the chain of ${name} breaks before entry ${leaves[broken]!.seq}`, call)]
  const last = leaves.at(-1)
  if (last && (last.seq !== head.seq || last.hash !== head.hash))
    return [wrong(`the chain of ${name} ends at entry ${last.seq}, its head says ${head.seq}`, call)]
  if (checked === undefined || head.seq - checked.seq > BigInt(tail)) {
    const far = checked === undefined ? 'nothing' : `entry ${checked.seq}`
    const remedy = 'See the readiness of audit and Kafka: entries wait at the service until both work.'
    return [wrong(`the audit service has checked ${far} of ${head.seq} entries of ${name}`, remedy)]
  }
  const there = leaves.find(({ seq }) => seq === checked.seq)
  if (checked.seq > head.seq || (there && there.hash !== checked.hash))
    return [wrong(`${name} and the audit service have different entries at ${checked.seq}`, call)]
  return [
    fine(
      `the chain of ${name} is whole in its last ${leaves.length} of ${head.seq} entries, checked up to ${checked.seq}`,
    ),
  ]
}

export interface LogState {
  openGaps: number
  evidence: number
  silent: readonly string[]
}

export function judgeLog({ openGaps, evidence, silent }: LogState): Judged[] {
  const bad = [
    ...(openGaps > 0
      ? [
          wrong(
            `${openGaps} gaps in the record are open`,
            'haven audit completeness names them; their service sends what it still has when it runs.',
          ),
        ]
      : []),
    ...(evidence > 0 ? [wrong(`${evidence} entries did not fit and are kept as evidence`, call)] : []),
    ...silent.map(producer => wrong(`${producer} is silent`, 'Start the service, or see why its relay does not send.')),
  ]
  return bad.length > 0 ? bad : [fine('the record has no open gap and no evidence against it')]
}

async function lookAtChain(world: World, name: (typeof serviceNames)[number]): Promise<Judged[]> {
  const own = await world.onDatabase(name, async pool => {
    const { rows: heads } = await pool.query<{ producer: string; seq: string; hash: string }>(
      `select producer, seq, encode(hash, 'hex') as hash from record.chain order by split_part(producer, '/', 2)::bigint desc limit 1`,
    )
    const [head] = heads
    if (!head) return undefined
    const { rows } = await pool.query<{ seq: string; prev: string; hash: string }>(
      `select seq, encode(prev, 'hex') as prev, encode(hash, 'hex') as hash from record.leaf
       where producer = $1 and seq <= $2 order by seq desc limit $3`,
      [head.producer, head.seq, tail],
    )
    return {
      producer: head.producer,
      head: { seq: BigInt(head.seq), hash: head.hash },
      leaves: rows.map(row => ({ ...row, seq: BigInt(row.seq) })).reverse(),
    }
  })
  return judgeChain(name, own && { ...own, checked: await readChecked(world, own.producer) })
}

const readChecked = (world: World, producer: string): Promise<Chain['checked']> =>
  world.onDatabase('audit', async pool => {
    const { rows } = await pool.query<{ seq: string; hash: string }>(
      `select seq, encode(hash, 'hex') as hash from ledger.producer_state where producer = $1`,
      [producer],
    )
    return rows[0] && { seq: BigInt(rows[0].seq), hash: rows[0].hash }
  })

const readLog = (world: World): Promise<LogState> =>
  world.onDatabase('audit', async pool => {
    const { rows } = await pool.query<{ gaps: number; evidence: number; silent: string[] }>(
      `select (select count(*)::int from ledger.gap where closed_at is null) as gaps, (select count(*)::int from ledger.evidence) as evidence,
         (select coalesce(array_agg(producer), '{}') from ledger.producer_state where silent_since is not null) as silent`,
    )
    const { gaps, evidence, silent } = rows[0]!
    return { openGaps: gaps, evidence, silent }
  })
