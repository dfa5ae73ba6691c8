import { describe, expect, test } from 'vitest'
import { type Answered, compareAnswers, comparePlaces, unanswered } from './answered.ts'

const entry = (outcome: 'success' | 'denied' | 'failure', reason?: string, action = 'referral.list') => ({
  action,
  outcome,
  request: 'r1',
  ...(reason !== undefined && { reason }),
})
const answer = (status: number, code?: string, more: Partial<Answered> = {}): Answered => ({
  request: 'r1',
  status,
  action: 'referral.list',
  ...(code !== undefined && { code }),
  ...more,
})
const open: Answered = { request: 'r1', status: 200 }
const write = { isWrite: true }
const success = entry('success')
const unavailable = entry('failure', 'unavailable')

describe('an answer and what is on the record for it', () => {
  test.each([
    ['what was shown', answer(200), [success]],
    ['who has no token', answer(401, 'token-missing'), [entry('denied', 'token-missing')]],
    ['what is not there', answer(404, 'not-found'), [entry('denied', 'not-found')]],
    ['no purpose', answer(400, 'purpose-required'), [entry('denied', 'purpose-required')]],
    ['a stale version', answer(412, 'precondition-failed', write), [entry('failure', 'precondition-failed')]],
    ['a database that is away', answer(503, 'unavailable'), [unavailable]],
    ['a write whose commit was not known', answer(503, 'unavailable', write), [success, unavailable]],
    ['a record that could not be written', answer(503, 'audit-unavailable'), []],
    ['a record that was written too late', answer(503, 'audit-unavailable'), [success]],
    ['the first over the limit', answer(429, 'too-many-requests'), [entry('failure', 'too-many-requests')]],
    ['the next over the limit', answer(429, 'too-many-requests'), []],
    ['what an overloaded process turned away', answer(503, 'overloaded'), []],
    ['a process that is starting', answer(503, 'starting', write), []],
    ['a body that is no JSON', answer(400, 'malformed-json'), []],
    ['an open route', open, []],
  ])('%s fits', (_, answered, entries) => {
    expect(compareAnswers([answered], [...entries, { ...success, request: 'another' }])).toEqual([])
  })

  test.each([
    ['a missing entry', 'missing', answer(200), []],
    ['a missing refusal', 'missing', answer(404, 'not-found'), []],
    ['a missing failure', 'missing', answer(503, 'unavailable'), []],
    ['a doubled entry', 'doubled', answer(200), [success, success]],
    [
      'a doubled refusal',
      'doubled',
      answer(401, 'token-missing'),
      [entry('denied', 'token-missing'), entry('denied', 'token-missing')],
    ],
    ['an effect that is there twice', 'doubled', answer(503, 'unavailable', write), [success, success, unavailable]],
    ['a success for what was refused', 'unfitting', answer(404, 'not-found'), [success]],
    ['a refusal for what was shown', 'unfitting', answer(200), [entry('denied', 'not-found')]],
    ['both for what was shown', 'unfitting', answer(200), [success, unavailable]],
    ['a success for a read that failed', 'unfitting', answer(503, 'unavailable'), [success, unavailable]],
    ['a success alone for a write that failed', 'unfitting', answer(503, 'unavailable', write), [success]],
    ['another reason', 'unfitting', answer(401, 'token-invalid'), [entry('denied', 'token-missing')]],
    ['another action', 'unfitting', answer(200), [entry('success', undefined, 'referral.read')]],
    ['an entry for an open route', 'undue', open, [success]],
    ['an entry for what is turned away', 'undue', answer(503, 'overloaded'), [entry('failure', 'overloaded')]],
  ])('%s is found', (_, flaw, answered, entries) => {
    expect(compareAnswers([answered], entries)).toMatchObject([{ request: 'r1', flaw }])
  })

  test('each answer is compared with its own entries', () => {
    const other = { ...answer(200), request: 'r2' }
    expect(compareAnswers([answer(200), other], [success, success])).toMatchObject([
      { request: 'r1', flaw: 'doubled' },
      { request: 'r2', flaw: 'missing' },
    ])
  })
})

describe('the log', () => {
  const place = (index: number, producer: string, seq: number) => ({ index: `${index}`, producer, seq: `${seq}` })
  test('in which everything stands once and in order is whole', () => {
    expect(comparePlaces([place(0, 'a/1', 1), place(1, 'b/1', 1), place(2, 'a/1', 2), place(3, 'b/1', 2)])).toEqual([])
  })

  test.each([
    ['a number that is lost', [place(0, 'a/1', 1), place(1, 'a/1', 3)], ['a/1 has 3 after 1']],
    ['a first number that is lost', [place(0, 'a/1', 2)], ['a/1 has 2 after 0']],
    ['a number that is there twice', [place(0, 'a/1', 1), place(1, 'a/1', 1)], ['a/1 has 1 after 1']],
    ['an index that is left out', [place(0, 'a/1', 1), place(2, 'a/1', 2)], ['index 2 stands at 1']],
  ])('%s is found', (_, places, found) => {
    expect(comparePlaces(places)).toEqual(found)
  })
})

test('entries whose answer never came are told from those that belong to one, and from those of no request', () => {
  const { request: _, ...ofNoRequest } = success
  const left = { ...success, request: 'r3' }
  expect(unanswered([answer(200)], [success, left, ofNoRequest])).toEqual([left])
})
