import type { Instance } from '@haven/service'
import type { Deps } from '../deps.ts'
import { listActorEntries } from './actors/entries.ts'
import { readHowComplete } from './completeness/read.ts'
import { followAllEntries } from './entries/feed.ts'
import { listAllEntries } from './entries/list.ts'
import { readEntry } from './entries/read.ts'
import { listAllProducers } from './producers/list.ts'
import { listSubjectEntries } from './subjects/entries.ts'

const all = [
  listAllEntries,
  followAllEntries,
  readEntry,
  listSubjectEntries,
  listActorEntries,
  listAllProducers,
  readHowComplete,
]

/** All routes, in the order of the document. */
export function routes(app: Instance, deps: Deps): void {
  for (const add of all) add(app, deps)
}
