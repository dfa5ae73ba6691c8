import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DeclaredRoute } from '@haven/access'
import { asyncApi, type ServiceName } from '@haven/contracts'
import { type Instance, openApiDocument } from '@haven/service'
import { createLogger } from '@haven/telemetry'

export interface ServiceDocuments<Deps> {
  readonly name: ServiceName
  /** The service's directory. */
  readonly directory: string
  build(deps: Deps): Promise<Instance>
  /** What else is made from its code: content by path from the directory. */
  readonly pages?: Readonly<Record<string, string>>
}

/** Everything that is made from a service's code and committed: content by file. A test compares, `npm run documents` writes. */
export async function serviceDocuments<Deps>(options: ServiceDocuments<Deps>): Promise<Map<string, string>> {
  const { name, directory, build, pages = {} } = options
  const app = await build((await undocumented(options)) as Deps)
  try {
    const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
    const made = {
      'openapi.json': json(await openApiDocument(app)),
      'asyncapi.json': json(asyncApi(name)),
      ...pages,
    }
    return new Map(Object.entries(made).map(([path, content]) => [join(directory, path), content]))
  } finally {
    await app.close()
  }
}

/** What every route of a service declares of its access. */
export async function serviceRoutes<Deps>(options: ServiceDocuments<Deps>): Promise<readonly DeclaredRoute[]> {
  const app = await options.build((await undocumented(options)) as Deps)
  try {
    await app.ready()
    return app.declaredRoutes
  } finally {
    await app.close()
  }
}

/** Writes what {@link serviceDocuments} made. */
export async function writeDocuments(documents: ReadonlyMap<string, string>): Promise<void> {
  for (const [file, content] of documents) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

// Describing the routes calls none of them, so the world behind them may be absent.
async function undocumented({ name, directory }: { name: string; directory: string }): Promise<object> {
  const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
  return {
    version: manifest.version,
    log: createLogger({ service: name, level: 'silent' }),
    verifier: { verify: () => Promise.reject(new Error('nobody signs in to a document')) },
    recorder: { check: () => undefined, record: () => Promise.reject(new Error('a document is recorded nowhere')) },
    readiness: {},
  }
}
