import { testServices } from '@haven/testkit'
import { busConformance } from './conformance/index.ts'

busConformance('the embedded Kafka', async () => ({ brokers: testServices().brokers, stop: async () => {} }))
