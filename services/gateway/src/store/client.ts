import { prismaAdapter } from '@haven/db'
import type { Pool } from 'pg'
import { type Prisma, PrismaClient } from './generated/client.ts'

/** The database of the gateway as models. */
export type Store = PrismaClient
/** A transaction on it. */
export type Tx = Prisma.TransactionClient

/** Models on a pool that stays the caller's. */
export function createStore(pool: Pool): Store {
  return new PrismaClient({ adapter: prismaAdapter(pool), errorFormat: 'minimal' })
}
