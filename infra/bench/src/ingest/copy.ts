import type pg from 'pg'

/** What a batch writes, row for row: the log, where each number stands, and what entries are found by. */
const tables = ['ledger.entry', 'ledger.link', 'query.access_event', 'query.access_subject'] as const

/** Keeps rows of the log in files of the server, and copies them into tables made alike. */
export async function copier(audit: pg.Pool) {
  await audit.query('create schema bench')
  for (const table of tables)
    await audit.query(`create table bench.${table.split('.')[1]} (like ${table} including all)`)
  const { rows } = await audit.query<{ directory: string }>(`select current_setting('data_directory') as directory`)
  const file = (table: string, n: number) => `'${rows[0]!.directory}/bench-${table}-${n}'`
  const kept: { n: number; entries: number }[] = []
  let next = 0
  return {
    /** Writes the rows of entries `from` to `to` (exclusive) into files. */
    async keep(from: bigint, to: bigint): Promise<void> {
      for (const table of tables)
        await audit.query(
          `copy (select * from ${table} where idx >= ${from} and idx < ${to}) to ${file(table, next)} (format binary)`,
        )
      kept.push({ n: next++, entries: Number(to - from) })
    },
    /** Copies what was kept longest; entries a second. */
    async load(): Promise<number> {
      const { n, entries } = kept.shift()!
      const copies = tables.map(table => `copy bench.${table.split('.')[1]} from ${file(table, n)} (format binary)`)
      const began = performance.now()
      await audit.query(`begin; ${copies.join('; ')}; commit`)
      return (entries * 1_000) / (performance.now() - began)
    },
  }
}
