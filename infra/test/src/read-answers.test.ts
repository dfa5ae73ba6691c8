import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PassedAnswer, readAnswers } from './read-answers.ts'

const bytesOf = ({ status, body }: { status: number; body: string }) =>
  Buffer.from(
    `HTTP/1.1 ${status} Whatever\r\nX-Request-Id: r${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )

const answers = fc.array(
  fc.record({ status: fc.integer({ min: 200, max: 599 }), body: fc.string({ unit: 'grapheme' }) }),
)

test('answers come out as they went in, however the bytes are cut', () => {
  fc.assert(
    fc.property(answers, fc.array(fc.nat({ max: 50 })), (given, cuts) => {
      const all = Buffer.concat(given.map(bytesOf))
      const read: PassedAnswer[] = []
      const take = readAnswers(answer => read.push(answer))
      let at = 0
      for (const cut of [...cuts, all.length]) {
        take(all.subarray(at, at + cut))
        at += cut
      }
      expect(read.map(({ status, body }) => ({ status, body }))).toEqual(given)
      expect(read.map(({ headers }) => headers['x-request-id'])).toEqual(given.map(({ status }) => `r${status}`))
    }),
  )
})

test('an answer that breaks off is none', () => {
  const read: PassedAnswer[] = []
  readAnswers(answer => read.push(answer))(bytesOf({ status: 200, body: 'a whole body' }).subarray(0, -1))
  expect(read).toEqual([])
})
