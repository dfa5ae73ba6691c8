export { Failure, type Log } from './failure.ts'
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres.ts'
export { removePostgres } from './postgres-home.ts'
