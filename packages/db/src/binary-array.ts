// PostgreSQL's binary form of one-dimensional arrays (array_send in its source). pg sends a Buffer as it is; an array of JavaScript it escapes value by
// value into text, which PostgreSQL then reads character by character: whoever stores thousands of rows by `unnest` gives each column as one of these.

/** For `$1::text[]`. */
export const textArray = (values: readonly (string | null)[]): Buffer =>
  arrayOf(25, values, {
    sizeOf: value => Buffer.byteLength(value),
    write: (into, value, at) => into.write(value, at),
  })

/** For `$1::bigint[]`. */
export const bigintArray = (values: readonly bigint[]): Buffer =>
  arrayOf(20, values, { sizeOf: () => 8, write: (into, value, at) => into.writeBigInt64BE(value, at) })

/** For `$1::uuid[]`; each in the form with hyphens. @throws RangeError for another, which is not named */
export const uuidArray = (values: readonly string[]): Buffer =>
  arrayOf(2950, values, {
    sizeOf: () => 16,
    write(into, value, at) {
      const digits = value.replaceAll('-', '')
      // What is not written over is memory of this process.
      if (digits.length !== 32 || into.write(digits, at, 'hex') !== 16) throw new RangeError('a value is no UUID')
    },
  })

const year2000 = Date.UTC(2000)

/** For `$1::timestamptz[]`, which counts microseconds from 2000 on. */
export const timestamptzArray = (values: readonly Date[]): Buffer =>
  arrayOf(1184, values, {
    sizeOf: () => 8,
    write: (into, value, at) => into.writeBigInt64BE(BigInt(value.getTime() - year2000) * 1_000n, at),
  })

interface Kind<T> {
  /** Bytes of a value. */
  readonly sizeOf: (value: T) => number
  readonly write: (into: Buffer, value: T, at: number) => void
}

function arrayOf<T>(type: number, values: readonly (T | null)[], { sizeOf, write }: Kind<T>): Buffer {
  let size = 20
  for (const value of values) size += 4 + (value === null ? 0 : sizeOf(value))
  const into = Buffer.allocUnsafe(size)
  let at = 0
  // One dimension, there may be nulls, the type of a value; how many there are, and the index of the first.
  for (const word of [1, 1, type, values.length, 1]) at = into.writeInt32BE(word, at)
  for (const value of values) {
    const length = value === null ? -1 : sizeOf(value)
    at = into.writeInt32BE(length, at)
    if (value === null) continue
    write(into, value, at)
    at += length
  }
  return into
}
