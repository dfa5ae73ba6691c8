import { inject } from 'vitest'

/** The PostgreSQL and the Kafka of this run, brought by the global setup of vitest's integration project. */
export interface TestServices {
  /** A superuser's URL. */
  adminUrl: string
  brokers: string[]
  /** Marks everything that this run makes in them (databases, topics, groups). */
  run: string
}

declare module 'vitest' {
  interface ProvidedContext {
    havenServices: TestServices
  }
}

/** @throws when the test does not belong to the integration project (`*.it.test.ts`, the routes of a service) */
export function testServices(): TestServices {
  const services = inject('havenServices')
  if (!services) throw new Error('PostgreSQL and Kafka run for integration tests only: call the file *.it.test.ts.')
  return services
}
