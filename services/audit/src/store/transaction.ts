import type { Pool, PoolClient } from 'pg'

/** Runs on one connection in one transaction. After an error the connection is ended, so that nothing of it can be committed later. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    client.release(true)
    throw error
  }
}
