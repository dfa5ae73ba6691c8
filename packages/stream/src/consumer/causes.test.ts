import { BusError } from '@haven/bus'
import { describe, expect, it } from 'vitest'
import { Poison } from '../types.ts'
import { causeOf, failureOf, PlaceMoved } from './causes.ts'

const database = (code: string) => Object.assign(new Error('Key (name)=(Elvan) already exists'), { code })

describe('why an attempt failed', () => {
  it.each([
    ['a moved place', new PlaceMoved(), 'moved', 'effect-failed'],
    ['poison', new Poison('thing-unknown'), 'poison', 'thing-unknown'],
    ['a database that shuts down', database('57P01'), 'transient', 'database-57p01'],
    ['a deadlock', database('40P01'), 'transient', 'database-40p01'],
    ['a login that is refused', database('28P01'), 'transient', 'database-28p01'],
    ['a database that is being restored', database('3D000'), 'transient', 'database-3d000'],
    ['a table that a migration has not made yet', database('42P01'), 'transient', 'database-42p01'],
    ['a broker that is away', new BusError('unavailable', 'away'), 'transient', 'unavailable'],
    ['a right that was taken away', new BusError('forbidden', 'no'), 'transient', 'forbidden'],
    ['a topic that does not exist', new BusError('topic-missing', 'none'), 'transient', 'topic-missing'],
    ['a violated constraint', database('23505'), 'other', 'database-23505'],
    ['a bug', new TypeError('Elvan is not a function'), 'other', 'effect-failed'],
    ['something that is no error', 'Elvan', 'other', 'effect-failed'],
    ['nothing', null, 'other', 'effect-failed'],
  ])('%s', (_, error, failure, cause) => {
    expect(failureOf(error)).toBe(failure)
    // A code and nothing of the message, which may quote the event.
    expect(causeOf(error)).toBe(cause)
  })
})
