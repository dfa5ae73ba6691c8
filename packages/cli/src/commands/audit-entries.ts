import { type Command, InvalidArgumentError } from 'commander'
import { readCount, withRecordOptions } from '../audit/connection.ts'
import { filterHelp } from '../audit/filter-help.ts'
import { type ListOptions, printEntries } from '../audit/list-entries.ts'
import type { Context } from '../context.ts'

const listing = (command: Command): Command =>
  withRecordOptions(command)
    .option('--limit <entries>', 'how many at most', readCount, 100)
    .option('--all', 'every one, printed as it comes; with --json an entry a line')
    .option('--oldest-first', 'by time from the beginning')
    .addHelpText('after', filterHelp)

/** `haven audit entries` */
export function addAuditEntries(audit: Command, context: Context): void {
  listing(audit.command('entries').description('list entries of the access record, newest first'))
    .argument('[filters...]', 'key:value')
    .action((filters: string[], options: ListOptions) => printEntries(context, '/entries', filters, options))
}

/** `haven audit subject` */
export function addAuditSubject(audit: Command, context: Context): void {
  listing(audit.command('subject').description('list every look at one person'))
    .argument('<surrogate>', "the person's audit surrogate, which intake's lookup gives", readSurrogate)
    .argument('[filters...]', 'key:value')
    .action((surrogate: string, filters: string[], options: ListOptions) =>
      printEntries(context, `/subjects/${surrogate}/entries`, filters, options),
    )
}

/** `haven audit actor` */
export function addAuditActor(audit: Command, context: Context): void {
  listing(audit.command('actor').description('list everything that one actor looked at or was refused'))
    .argument('<id>', 'the actor as tokens and entries name them')
    .argument('[filters...]', 'key:value')
    .action((id: string, filters: string[], options: ListOptions) =>
      printEntries(context, `/actors/${encodeURIComponent(id)}/entries`, filters, options),
    )
}

function readSurrogate(text: string): string {
  const surrogate = text.toLowerCase()
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(surrogate)) return surrogate
  throw new InvalidArgumentError(
    "A surrogate is a UUID. A data-protection officer gets a person's by POST /subjects/lookup of intake; names lead nowhere here.",
  )
}
