import { expect, it } from 'vitest'
import { consoleLog } from './console-log.ts'

it('lines wait while progress is drawn, and none is lost', () => {
  const lines: string[] = []
  const log = consoleLog(line => lines.push(line))
  log.warn('before')
  log.hold()
  log.warn('meanwhile')
  expect(lines).toEqual(['! before'])
  log.release()
  log.info('after')
  expect(lines).toEqual(['! before', '! meanwhile', '  after'])
})
