export { bigintArray, textArray, timestamptzArray, uuidArray } from './binary-array.ts'
export { UntrustedDatabase } from './client.ts'
export { decodeCursor, encodeCursor } from './cursor.ts'
export {
  constraintOf,
  DatabaseFailure,
  isConflict,
  isTransient,
  reasonOf,
  sqlStateOf,
  toProblem,
} from './errors.ts'
export type { Log } from './log.ts'
export { type MigrateOptions, migrate, pendingMigrations } from './migrate.ts'
export { DatabaseBehind, MigrationError, type MigrationSource } from './migration-files.ts'
export { type DatabaseOptions, openDatabase } from './open-database.ts'
export { createPool, type PoolOptions, type PoolTimeouts, pingDatabase } from './pool.ts'
export { prismaAdapter } from './prisma.ts'
export { type DatabaseUrls, databaseRoles, type ProvisionOptions, provision } from './provision.ts'
export { rowsOf, type Statement } from './rows-of.ts'
export { readSnapshot } from './snapshot.ts'
export { createUnitOfWork, type UnitOfWork, type UnitOfWorkOptions, type Work } from './unit-of-work.ts'
