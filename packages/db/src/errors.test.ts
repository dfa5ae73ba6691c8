import { Problem } from '@haven/problem'
import { describe, expect, test } from 'vitest'
import { constraintOf, isConflict, isTransient, reasonOf, sqlStateOf, toProblem, withoutValues } from './errors.ts'

const coded = (code: string, message = 'said') => Object.assign(new Error(message), { code })
const adapter = (cause: object) => Object.assign(new Error('adapter'), { name: 'DriverAdapterError', cause })
const prisma = (code: string, cause: object) =>
  Object.assign(coded(code), { name: 'PrismaClientKnownRequestError', meta: { driverAdapterError: adapter(cause) } })

describe('database errors', () => {
  test.each([
    ['a connection that was refused', Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })],
    ['an exhausted pool, which has no code', new Error('timeout exceeded when trying to connect')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a connection that ended while it was made', new Error('Connection terminated due to connection timeout')],
    ['a connection that broke earlier', new Error('Client has encountered a connection error and is not queryable')],
    ['an answer that never came', new Error('Query read timeout')],
    ['a server that is stopping', coded('57P01')],
    ['a server that is starting', coded('57P03')],
    ['a password that is being rotated', coded('28P01')],
    ['a database that is being restored', prisma('P1003', { kind: 'DatabaseDoesNotExist', originalCode: '3D000' })],
    ['too many connections', coded('53300')],
    ['a full disk', coded('53100')],
    ['a statement time-out', coded('57014')],
    ['a lock time-out', coded('55P03')],
    ['an idle transaction that was ended', coded('25P03')],
    ['a serialization failure', coded('40001')],
    ['Prisma that cannot start a transaction in time', coded('P2028')],
    ['Prisma without a server', prisma('P1001', { kind: 'DatabaseNotReachable' })],
    ['a socket that was reset, by the adapter', adapter({ kind: 'ConnectionClosed' })],
    ['a conflict at COMMIT, by the adapter', adapter({ kind: 'TransactionWriteConflict', originalCode: '40001' })],
    ['a problem that says so', new Problem('unavailable')],
  ])('%s passes: the same work may succeed later', (_, error) => {
    expect(isTransient(error)).toBe(true)
    expect(toProblem(error)).toMatchObject({ code: 'unavailable' })
  })

  test.each([
    ['a refused row', coded('23505')],
    ['a missing table', coded('42P01')],
    ['a swallowed error', coded('25P02')],
    ['a raise in PL/pgSQL', coded('P0001')],
    ['a missing row', coded('P2025')],
    ['another problem', new Problem('conflict')],
    ['a mistake of ours', new TypeError('x is not a function')],
    ['no error at all', undefined],
    ['a string', 'timeout'],
  ])('%s does not pass by waiting', (_, error) => {
    expect(isTransient(error)).toBe(false)
    expect(toProblem(error)).not.toMatchObject({ code: 'unavailable' })
  })

  test.each([
    ['a code of PostgreSQL', coded('57P01', 'terminating: Elvan'), '57P01'],
    ['a code of PostgreSQL, by Prisma', prisma('P2010', { originalCode: '23505', originalMessage: 'Elvan' }), '23505'],
    ['the adapter’s word', adapter({ kind: 'ConnectionClosed', originalMessage: 'Elvan' }), 'ConnectionClosed'],
    ['a code of Node', coded('ECONNREFUSED', 'connect ECONNREFUSED Elvan'), 'ECONNREFUSED'],
    [
      'a sentence of the driver',
      new Error('timeout exceeded when trying to connect'),
      'timeout exceeded when trying to connect',
    ],
    ['a name, never what it says', new TypeError('Elvan is not a function'), 'TypeError'],
    ['a kind, for what is no error', 'Elvan', 'string'],
  ])('the reason of a failure is %s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason)
  })

  test('conflicts are found under every wrapping', () => {
    for (const state of ['40001', '40P01']) {
      const wrapped = [coded(state), adapter({ originalCode: state }), prisma('P2034', { originalCode: state })]
      expect(wrapped.map(isConflict)).toEqual([true, true, true])
    }
    expect(isConflict(coded('23505'))).toBe(false)
  })

  test.each(['P2002', 'P2025', 'EPIPE', 'ECONNRESET'])('%s is not taken for a SQLSTATE', code => {
    expect(sqlStateOf(coded(code))).toBeUndefined()
  })

  test('a constraint that is quoted in some other message is none', () => {
    expect(constraintOf(coded('42601', 'near constraint "x"'))).toBeUndefined()
    expect(constraintOf(coded('23514', 'violates check constraint "x"'))).toBe('x')
  })

  test('errors that are not of the database pass unchanged', () => {
    const own = new TypeError('own')
    expect([toProblem(own), withoutValues(own)]).toEqual([own, own])
    const problem = new Problem('conflict')
    expect(toProblem(problem, { any: 'not-found' })).toBe(problem)
  })
})
