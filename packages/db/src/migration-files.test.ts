import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MigrationFile, pendingOf } from './migration-files.ts'

const source = (name: string): fc.Arbitrary<MigrationFile[]> =>
  fc
    .uniqueArray(fc.integer({ min: 20200101, max: 20291231 }), { maxLength: 8 })
    .map(times =>
      times.sort((a, b) => a - b).map(time => ({ source: name, name: `${time}_x`, sql: '', sha256: `sum ${time}` })),
    )
const files = fc.tuple(source('one'), source('two')).map(([one, two]) => [one, two] as const)
const rows = (list: readonly MigrationFile[]) => list.map(({ sql: _, ...row }) => row)

describe('pending migrations', () => {
  test('after any number of applied files, each source counted for itself, the rest is pending in order', () => {
    fc.assert(
      fc.property(files, fc.nat(8), fc.nat(8), ([one, two], doneOne, doneTwo) => {
        const applied = rows([...one.slice(0, doneOne), ...two.slice(0, doneTwo)])
        expect(pendingOf([...one, ...two], applied)).toEqual([...one.slice(doneOne), ...two.slice(doneTwo)])
      }),
    )
  })

  test('one edited file among the applied is always named', () => {
    fc.assert(
      fc.property(source('one'), fc.nat(), (list, pick) => {
        fc.pre(list.length > 0)
        const edited = list[pick % list.length]!
        const now = list.map(file => (file === edited ? { ...file, sha256: 'other' } : file))
        expect(() => pendingOf(now, rows(list))).toThrow(`one/${edited.name} was changed`)
      }),
    )
  })

  test('one missing before the last applied is always named as late', () => {
    fc.assert(
      fc.property(source('one'), fc.nat(), (list, pick) => {
        fc.pre(list.length > 1)
        const late = list[pick % (list.length - 1)]!
        expect(() => pendingOf(list, rows(list.filter(file => file !== late)))).toThrow(
          `one/${late.name} would come before`,
        )
      }),
    )
  })
})
