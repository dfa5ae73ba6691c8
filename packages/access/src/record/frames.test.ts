import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frameEntries, splitFrames } from './frames.ts'

const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 })

test('entries come out of a frame as they went in, byte for byte and in order', () => {
  fc.assert(
    fc.property(entries, given => {
      expect(splitFrames(frameEntries(given))).toEqual(given.map(entry => Buffer.from(entry)))
    }),
  )
})

test('frames can be put together, as commits are', () => {
  fc.assert(
    fc.property(entries, entries, (one, other) => {
      const together = Buffer.concat([frameEntries(one), frameEntries(other)])
      expect(splitFrames(together)).toEqual(splitFrames(frameEntries([...one, ...other])))
    }),
  )
})

test('a frame that was cut is an error, never fewer entries', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { minLength: 1 }), fc.nat(), (given, cut) => {
      const whole = frameEntries(given)
      const at = 1 + (cut % (whole.length - 1))
      const ends = new Set(given.map((_, index) => frameEntries(given.slice(0, index + 1)).length))
      if (ends.has(at)) return
      expect(() => splitFrames(whole.subarray(0, at))).toThrow(RangeError)
    }),
  )
})
