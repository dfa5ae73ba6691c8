import { type Metrics, type Sample, showGauges } from '@haven/telemetry'
import type { Pool } from 'pg'

type Measured = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount' | 'options'>

/** Shows pools of database connections, by their names. */
export function showPools({ meter }: Pick<Metrics, 'meter'>, pools: Readonly<Record<string, Measured>>): void {
  const of = (read: (pool: Measured) => number, labels = {}) =>
    Object.entries(pools).map(
      ([name, pool]): Sample => [read(pool), { 'db.client.connection.pool.name': name, ...labels }],
    )
  showGauges(meter, [
    [
      'db.client.connection.count',
      'Connections that are open, by what they do',
      () => [
        ...of(({ idleCount }) => idleCount, { 'db.client.connection.state': 'idle' }),
        ...of(({ totalCount, idleCount }) => totalCount - idleCount, { 'db.client.connection.state': 'used' }),
      ],
    ],
    ['db.client.connection.max', 'Connections that may be open', () => of(({ options }) => options.max)],
    [
      'db.client.connection.pending_requests',
      'Queries that wait for a free connection',
      () => of(({ waitingCount }) => waitingCount),
    ],
  ])
}
