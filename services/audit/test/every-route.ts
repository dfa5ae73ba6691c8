import { randomUUID } from 'node:crypto'

/** Each operation with a request that would be fine but for what a test makes wrong. */
export const everyRoute = [
  { url: '/entries' },
  { url: '/entries?after=-1' },
  { url: '/entries/feed?untilEnd=true' },
  { url: `/entries/${randomUUID()}` },
  { url: `/subjects/${randomUUID()}/entries` },
  { url: '/actors/caseworker-1/entries' },
  { url: '/producers' },
  { url: '/completeness' },
] as const
