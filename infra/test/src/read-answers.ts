/** An answer as it passed over a connection. */
export interface PassedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Reads the answers out of what a server sends on one connection, each when its last byte has come. Every answer of a service but a stream says how long it is.
 * @returns what to give the bytes to, as they come
 */
export function readAnswers(onAnswer: (answer: PassedAnswer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return bytes => {
    rest = Buffer.concat([rest, bytes])
    for (let next = firstAnswer(rest); next; next = firstAnswer(rest)) {
      rest = rest.subarray(next.length)
      onAnswer(next.answer)
    }
  }
}

const headEnd = Buffer.from('\r\n\r\n')

function firstAnswer(bytes: Buffer): { answer: PassedAnswer; length: number } | undefined {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return undefined
  const [first = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(fields.map(field => splitField(field)))
  const begin = end + headEnd.length
  const length = begin + Number(headers['content-length'])
  if (!Number.isInteger(length)) throw new Error(`an answer does not say how long it is: ${first}`)
  if (bytes.length < length) return undefined
  const body = bytes.subarray(begin, length).toString('utf8')
  return { answer: { status: Number(first.split(' ')[1]), headers, body }, length }
}

function splitField(field: string): [string, string] {
  const colon = field.indexOf(':')
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
}
