import { type Command, InvalidArgumentError } from 'commander'
import { clock, openRecordApi, type RecordOptions, withRecordOptions } from '../audit/connection.ts'
import { filterHelp } from '../audit/filter-help.ts'
import { follow } from '../audit/follow.ts'
import type { ListedEntry } from '../audit/record-api.ts'
import { flowingEntries } from '../audit/render.ts'
import type { Context } from '../context.ts'

interface TailOptions extends RecordOptions {
  after?: string
  untilEnd?: true
}

/** `haven audit tail` */
export function addAuditTail(audit: Command, context: Context): void {
  withRecordOptions(audit.command('tail').description('follow the access record as it grows, in its own order'))
    .argument('[filters...]', 'key:value')
    .option('--after <index>', 'begin behind this index, -1 for the beginning; from now on unless told', readIndex)
    .option('--until-end', 'stop at the end instead of waiting for more')
    .addHelpText(
      'after',
      `${filterHelp}\nIt goes on by itself when the connection breaks. Your own reading is on the record and is not shown; Ctrl-C ends it.`,
    )
    .action(async (filters: string[], options: TailOptions) => {
      const api = openRecordApi(context, options)
      const show = printer(context, options)
      const untilEnd = options.untilEnd ?? false
      const complete = await follow(context, api, clock, { filters, after: options.after, untilEnd, show })
      if (complete !== undefined) context.note(`Complete up to here: ${complete}`)
    })
}

/** Prints entries one by one, under titles where people read them. */
function printer(context: Context, { json, language }: TailOptions): (item: ListedEntry) => void {
  if (json) return item => context.out(JSON.stringify(item))
  const flow = flowingEntries(language, context.width)
  let isFirst = true
  return item => {
    if (isFirst) context.out(flow.head)
    isFirst = false
    for (const line of flow.lines(item)) context.out(line)
  }
}

function readIndex(text: string): string {
  if (!/^(-1|\d{1,18})$/.test(text)) throw new InvalidArgumentError('Write an index, or -1 for the beginning.')
  return text
}
