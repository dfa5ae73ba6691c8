import type { Command } from 'commander'
import { readCount, withRecordOptions } from '../audit/connection.ts'
import { type ListOptions, printEntries } from '../audit/list-entries.ts'
import type { Context } from '../context.ts'

const filterHelp =
  '\nFilters are key:value with subject, actor, organisation, role, purpose, action, class, outcome, reason, ip, request, trace, from and to,' +
  '\nsuch as outcome:denied "organisation:Harbour House" from:2026-05-01. Without a subject or an actor the last 31 days are looked through.'

const listing = (command: Command): Command =>
  withRecordOptions(command)
    .option('--limit <entries>', 'how many at most', readCount, 100)
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
    .argument('<surrogate>', "the person's audit surrogate, which intake's lookup gives")
    .argument('[filters...]', 'key:value')
    .action((surrogate: string, filters: string[], options: ListOptions) =>
      printEntries(context, `/subjects/${encodeURIComponent(surrogate)}/entries`, filters, options),
    )
}

/** `haven audit actor` */
export function addAuditActor(audit: Command, context: Context): void {
  listing(audit.command('actor').description('list everything that one actor looked at or was refused'))
    .argument('<id>', 'the actor as tokens name it')
    .argument('[filters...]', 'key:value')
    .action((id: string, filters: string[], options: ListOptions) =>
      printEntries(context, `/actors/${encodeURIComponent(id)}/entries`, filters, options),
    )
}
