import { resolve } from 'node:path'
import { type ServiceDocuments, serviceDocuments, serviceRoutes } from '@haven/testkit/documents'
import { build } from '../src/app.ts'
import type { Deps } from '../src/deps.ts'

const service: ServiceDocuments<Deps> = { name: 'audit', directory: resolve(import.meta.dirname, '..'), build }

/** Everything that is made from code and committed. */
export const documents = () => serviceDocuments(service)

/** What every route declares of its access. */
export const declaredRoutes = () => serviceRoutes(service)
