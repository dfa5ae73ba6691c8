import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'

/**
 * The adapter for `new PrismaClient({ adapter: prismaAdapter(pool) })`. The pool stays ours: `$disconnect` leaves it
 * open. Prisma's errors print the arguments of a call, a person's attributes among them: call it inside `unitOfWork`, or
 * pass what it throws through `toProblem`.
 * @param schema the schema of models without `@@schema`; `public` unless told.
 */
export function prismaAdapter(pool: pg.Pool, schema?: string): PrismaPg {
  return new PrismaPg(pool, schema === undefined ? {} : { schema })
}
