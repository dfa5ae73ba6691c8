import { testServices } from '@haven/testkit'
import { dbConformance } from './conformance/index.ts'

dbConformance('embedded PostgreSQL', async () => ({ adminUrl: testServices().adminUrl, stop: async () => {} }))
