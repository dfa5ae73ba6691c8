/** A file that does not exist, and what it would hold. */
export interface Planted {
  what: string
  file: string
  code: string
}

export interface Violation extends Planted {
  /** The rule that has to find it. */
  rule: string
}

const restricted = 'lint/style/noRestrictedImports'
const environment = 'lint/style/noProcessEnv'
const global = 'lint/style/noRestrictedGlobals'
/** A rule that Biome does not bring: `*.grit`. */
const own = 'plugin'

const domain = 'services/intake/src/domain/planted.ts'
const contracts = 'packages/contracts/src/planted.ts'
const routes = 'services/intake/src/routes/cases/planted.ts'
const events = 'services/gateway/src/events/planted.ts'
const store = 'services/intake/src/store/planted.ts'

const importing = (module: string) => `import { something } from '${module}'\nexport const planted = something`
const using = (expression: string) => `export const planted = () => ${expression}`

/** One of each kind that the house rules exclude. */
export const forbidden: readonly Violation[] = [
  { what: 'files in a domain', file: domain, code: importing('node:fs'), rule: restricted },
  { what: 'SQL in a domain', file: domain, code: importing('pg'), rule: restricted },
  { what: 'a package with I/O in a domain', file: domain, code: importing('@haven/db'), rule: restricted },
  { what: 'a store in a domain', file: domain, code: importing('../store/referral.ts'), rule: restricted },
  { what: 'a route in a domain', file: domain, code: importing('../routes/cases/list.ts'), rule: restricted },
  { what: 'the clock in a domain', file: domain, code: using('Date.now()'), rule: own },
  { what: 'the present time in a domain', file: domain, code: using('new Date()'), rule: own },
  { what: 'random numbers in a domain', file: domain, code: using('Math.random()'), rule: own },
  { what: 'random ids in a domain', file: domain, code: using('crypto.randomUUID()'), rule: global },
  { what: 'the network in a domain', file: domain, code: using("fetch('/')"), rule: global },
  { what: 'the environment in a domain', file: domain, code: using('process.env.HAVEN_X'), rule: global },
  { what: 'files in contracts', file: contracts, code: importing('node:fs/promises'), rule: restricted },
  { what: 'another package in contracts', file: contracts, code: importing('@haven/problem'), rule: restricted },
  { what: 'the clock in contracts', file: contracts, code: using('Date.now()'), rule: own },
  { what: 'an answer past the framework in a route', file: routes, code: using('reply.raw.end()'), rule: own },
  { what: 'an answer of its own in a route', file: routes, code: using('reply.hijack()'), rule: own },
  {
    what: 'the generated Prisma client in a route',
    file: routes,
    code: importing('../../store/generated/client.ts'),
    rule: restricted,
  },
  { what: 'Prisma in a route', file: routes, code: importing('@prisma/client'), rule: restricted },
  {
    what: 'SQL in a route',
    file: routes,
    code: `import { Client } from 'pg'\n${using('new Client()')}`,
    rule: restricted,
  },
  {
    what: 'all of pg in a route',
    file: routes,
    code: `import pg from 'pg'\n${using('new pg.Pool()')}`,
    rule: restricted,
  },
  { what: 'Prisma in a consumer', file: events, code: importing('../store/generated/models.ts'), rule: restricted },
  {
    what: 'SQL in the assembly of a service',
    file: 'services/intake/src/planted.ts',
    code: importing('pg'),
    rule: restricted,
  },
  { what: 'HTTP in a store', file: store, code: importing('fastify'), rule: restricted },
  { what: 'a route in a store', file: store, code: importing('../routes/cases/list.ts'), rule: restricted },
  { what: 'the environment in a store', file: store, code: using('process.env.HAVEN_X'), rule: environment },
  { what: 'the environment in a route', file: routes, code: using('process.env.HAVEN_X'), rule: environment },
  {
    what: 'the environment in a package',
    file: 'packages/stream/src/planted.ts',
    code: using('process.env.HAVEN_X'),
    rule: environment,
  },
  {
    what: 'kafkajs in a package',
    file: 'packages/stream/src/planted.ts',
    code: importing('kafkajs'),
    rule: restricted,
  },
  { what: 'kafkajs in a service', file: events, code: importing('kafkajs'), rule: restricted },
  { what: 'kafkajs in a store', file: store, code: importing('kafkajs'), rule: restricted },
  {
    what: 'kafkajs in another file of the bus',
    file: 'packages/bus/src/kafka/planted.ts',
    code: importing('kafkajs'),
    rule: restricted,
  },
  {
    what: 'kafkajs in the local system',
    file: 'infra/local/src/planted.ts',
    code: importing('kafkajs'),
    rule: restricted,
  },
  { what: 'printing in a service', file: routes, code: using("console.log('x')"), rule: 'lint/suspicious/noConsole' },
]

/** The places where the same is right, so that a rule that forbids everything would be noticed. */
export const allowed: readonly Planted[] = [
  { what: 'contracts in a domain', file: domain, code: importing('@haven/contracts') },
  { what: 'a given time in a domain', file: domain, code: 'export const planted = (text: string) => new Date(text)' },
  { what: 'SQL in a store', file: store, code: importing('pg') },
  { what: 'Prisma in a store', file: store, code: importing('./generated/client.ts') },
  {
    what: 'a pool that passes through',
    file: events,
    code: "import type { Pool } from 'pg'\nexport type Planted = Pool",
  },
  { what: 'the environment in a main', file: 'services/intake/src/main.ts', code: using('process.env.HAVEN_X') },
  { what: 'the clock in a route', file: routes, code: using('Date.now()') },
  { what: 'kafkajs in its one file', file: 'packages/bus/src/kafka/client.ts', code: importing('kafkajs') },
]
