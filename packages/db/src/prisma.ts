import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'

/**
 * The adapter for `new PrismaClient({ adapter: prismaAdapter(pool), errorFormat: 'minimal' })`. The pool stays ours: `$disconnect` leaves it
 * open. `errorFormat: 'minimal'` matters: the other formats print a call's arguments, a person's attributes among them, into the message.
 * @param schema the schema of models without `@@schema`; `public` unless told.
 */
export function prismaAdapter(pool: pg.Pool, schema?: string): PrismaPg {
  return new PrismaPg(pool, schema === undefined ? {} : { schema })
}
