import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchDirectory } from '../test/scratch.ts'
import { makeState, statePaths } from './state.ts'

it('a state directory that Kafka could not keep its data in is refused before anything is written', () => {
  expect(() => makeState(statePaths(join(scratchDirectory(), 'a,b')))).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('comma'),
      remedy: expect.stringContaining('HAVEN_STATE_DIR'),
    }),
  )
})
