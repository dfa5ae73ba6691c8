import { join } from 'node:path'

/** Where a run's PostgreSQL lives. */
export const postgresIn = (directory: string): string => join(directory, 'postgres')
/** Where a run's Kafka lives. */
export const kafkaIn = (directory: string): string => join(directory, 'kafka')
