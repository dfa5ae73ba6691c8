import { randomBytes } from 'node:crypto'

const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A uuid of version 7 (RFC 9562): rows made together lie together in the index. Nothing is ordered by it. */
export function newSubjectId(now = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Whether a string is a uuid as PostgreSQL writes it: the text is authenticated, so one subject has one spelling. */
export function isSubjectId(id: string): boolean {
  return pattern.test(id)
}
