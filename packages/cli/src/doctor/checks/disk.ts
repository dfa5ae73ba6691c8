import { databaseNames } from '../../databases.ts'
import { fine, type Judged, wrong } from '../finding.ts'
import type { Check } from '../world.ts'

const leastShare = 0.1
const leastBytes = 1e9

/** Room where data lies, and what the databases take. */
export const disk: Check = {
  area: 'disk',
  looks: world => [
    ...world.dataDirectories.map(directory => ({
      what: `the disk of ${directory}`,
      look: async () => judgeSpace(directory, await world.space(directory)),
    })),
    ...databaseNames.map(name => ({
      what: `the size of the database ${name}`,
      look: () =>
        world.onDatabase(name, async pool => {
          const { rows } = await pool.query<{ size: string }>('select pg_database_size(current_database()) as size')
          return [fine(`the database ${name} takes ${inWords(Number(rows[0]!.size))}`)]
        }),
    })),
  ],
}

export function judgeSpace(directory: string, { free, total }: { free: number; total: number }): Judged[] {
  const says = `${directory} has ${inWords(free)} of ${inWords(total)} left`
  if (free >= leastBytes && free / total >= leastShare) return [fine(says)]
  return [
    wrong(says, 'Free or add space before PostgreSQL or Kafka stop: nothing is answered that cannot be recorded.'),
  ]
}

/** Bytes for a reader. */
export function inWords(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`
}
