import { GenericContainer, Wait } from 'testcontainers'
import { dbConformance } from './conformance/index.ts'

dbConformance('postgres:18 in a container', async () => {
  const password = crypto.randomUUID()
  const container = await new GenericContainer('postgres:18')
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withExposedPorts(5432)
    // The image starts the server once to initialise it and then for good.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start()
  const adminUrl = `postgresql://postgres:${password}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`
  return { adminUrl, stop: async () => void (await container.stop()) }
})
