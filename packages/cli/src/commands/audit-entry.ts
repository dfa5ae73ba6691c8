import { type Command, InvalidArgumentError } from 'commander'
import Type from 'typebox'
import { openRecordApi, type RecordOptions, withRecordOptions } from '../audit/connection.ts'
import { Completeness, Listed, type ListedEntry, Page, type RecordApi } from '../audit/record-api.ts'
import { detailLines } from '../audit/render.ts'
import type { Context } from '../context.ts'
import { CliFailure } from '../failure.ts'

const One = Type.Object({ item: Listed, completeness: Completeness })

/** `haven audit entry` */
export function addAuditEntry(audit: Command, context: Context): void {
  withRecordOptions(audit.command('entry').description('show everything that one entry says'))
    .argument('<index>', 'its index in the log, or its id', readWhich)
    .action(async (which: string, options: RecordOptions) => {
      const { item, complete } = await find(openRecordApi(context, options), which)
      if (options.json) return context.out(JSON.stringify(item))
      for (const line of detailLines(item, options.language, context.width)) context.out(line)
      const { request, trace } = item.entry as { request?: unknown; trace?: unknown }
      context.out('')
      if (request !== undefined) context.out(`All of this request:     haven audit entries request:${request}`)
      if (trace !== undefined) context.out(`All that it belongs to:  haven audit entries trace:${trace} --oldest-first`)
      context.out(`Complete up to here: ${complete}`)
    })
}

async function find(api: RecordApi, which: string): Promise<{ item: ListedEntry; complete: string }> {
  if (which.includes('-')) {
    const { item, completeness } = await api.read(One, `/entries/${which}`)
    return { item, complete: completeness.line }
  }
  const before = String(BigInt(which) - 1n)
  const { items, completeness } = await api.read(Page, '/entries', [
    ['after', before],
    ['limit', '1'],
  ])
  const item = items[0]
  if (item === undefined)
    throw new CliFailure(`There is no entry ${which}; the log has ${completeness.entries}, from 0 on.`)
  return { item, complete: completeness.line }
}

function readWhich(text: string): string {
  const which = text.toLowerCase()
  if (/^(\d{1,18}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(which)) return which
  throw new InvalidArgumentError('Write an index, as lists show it, or the id of an entry.')
}
