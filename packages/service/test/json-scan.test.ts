import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonFlaw } from '../src/json-scan.ts'

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

test.each([
  ['{"a":1,"a":1}'],
  ['{"a":1, "b":{"a":1}, "a":2}'],
  ['[{"a":1},{"a":[{"x":1,"y":{},"x":2}]}]'],
  ['{"a":1,"\\u0061":2}'],
  ['{ "a" : "," , "a" : 1 }'],
  ['{"":1,"":2}'],
])('%s names a key twice', text => {
  expect(jsonFlaw(text, 32)).toBe('repeated-key')
})

test.each([
  ['{"a":"a","b":["a","a"]}'],
  ['[{"a":1},{"a":2}]'],
  ['{"a":"{\\"a\\":1,\\"a\\":2}"}'],
  ['{"a":{"b":1},"b":{"a":1}}'],
  ['{"a\\\\":1,"a":2}'],
])('%s does not', text => {
  expect(jsonFlaw(text, 32)).toBeUndefined()
})

test('thirty-two levels are taken, thirty-three are not, whatever brackets stand in strings', () => {
  expect(jsonFlaw(`${'['.repeat(32)}"[[[["${']'.repeat(32)}`, 32)).toBeUndefined()
  expect(jsonFlaw(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 32)).toBe('too-deep')
})

test('what a program writes is judged by its depth alone', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.nat({ max: 6 }), (text, limit) => {
      expect(jsonFlaw(text, limit)).toBe(depthOf(JSON.parse(text)) > limit ? 'too-deep' : undefined)
    }),
    { numRuns: 2_000 },
  )
})

test('a key added a second time is found wherever it is', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 }), fc.nat(), (object, pick) => {
      const text = JSON.stringify(object)
      const keys = Object.keys(JSON.parse(text))
      const again = JSON.stringify(keys[pick % keys.length])
      expect(jsonFlaw(`[${text.slice(0, -1)},${again}:0}]`, 32)).toBe('repeated-key')
    }),
    { numRuns: 1_000 },
  )
})

test('no text makes it throw or never end', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'u', '0'), maxLength: 60 }),
      text => {
        jsonFlaw(text, 8)
      },
    ),
    { numRuns: 2_000 },
  )
})
