import { expect, test } from 'vitest'
import { safeError, safeRequestError } from '../src/safe-error.ts'
import { recordedLog } from './lines.ts'

const name = 'Mary Example'

class DatabaseError extends Error {}
class PrismaClientKnownRequestError extends Error {}

test.each<[string, unknown]>([
  [
    'PostgreSQL',
    Object.assign(new DatabaseError(`invalid input syntax: "${name}"`), {
      detail: `Key (name)=(${name})`,
      where: name,
    }),
  ],
  ['anything with an SQLSTATE', Object.assign(new Error(`value ${name} out of range`), { code: '22003' })],
  [
    'Prisma',
    Object.assign(new PrismaClientKnownRequestError(`Unique constraint on ${name}`), { meta: { target: name } }),
  ],
  ['JSON.parse', thrownBy(() => JSON.parse(`{"name": ${name}}`))],
  ['BigInt', thrownBy(() => BigInt(name))],
  ['a cause further down', new Error('could not store', { cause: new DatabaseError(name) })],
  ['a thrown string', name],
  ['a thrown object', { name }],
])('what %s quotes does not reach the log', (_from, error) => {
  const { log, lines } = recordedLog()
  log.error({ err: error }, 'failed')
  expect(JSON.stringify(lines)).not.toMatch(/Mary|Example/)
})

test('an error keeps what helps to find it', () => {
  const cause = Object.assign(new DatabaseError(name), { code: '23505', constraint: 'receipt_identity_key' })
  expect(safeError(new Error('could not store the receipt', { cause }))).toMatchObject({
    type: 'Error',
    message: 'could not store the receipt',
    frames: expect.arrayContaining([expect.stringContaining('safe-error.test.ts')]),
    cause: { type: 'DatabaseError', code: '23505', constraint: 'receipt_identity_key' },
  })
})

test('in a request any library may quote the caller, so the message stays out and the frames lead to the line', () => {
  const { log, lines } = recordedLog()
  log.error({ thrown: new TypeError(`Cannot use 'in' operator to search for 'a' in ${name}`) }, 'failed')
  expect(JSON.stringify(lines)).not.toContain(name)
  expect(lines).toMatchObject([
    { thrown: { type: 'TypeError', frames: expect.arrayContaining([expect.stringContaining('safe-error.test.ts')]) } },
  ])
})

test("the operating system's errors keep their message in a request too", () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  expect(safeRequestError(new Error(name, { cause: refused }))).toMatchObject({
    cause: { message: 'connect ECONNREFUSED 127.0.0.1:5432' },
  })
})

test('a message over several lines does not slip in among the frames', () => {
  expect(safeError(new DatabaseError(`first\n    at ${name}`)).frames?.join()).not.toContain(name)
})

test('a code or a sentence of our own passes where an error could stand', () => {
  const { log, lines } = recordedLog()
  log.warn({ cause: 'key-unknown', error: new DatabaseError(name) }, 'parked')
  expect(lines).toMatchObject([{ cause: 'key-unknown', error: { type: 'DatabaseError' } }])
  expect(JSON.stringify(lines)).not.toContain(name)
})

test('causes in a circle end', () => {
  const one = new Error('one')
  one.cause = new Error('two', { cause: one })
  expect(JSON.stringify(safeError(one)).length).toBeLessThan(20_000)
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
