import { type Command, InvalidArgumentError } from 'commander'
import { clock, openRecordApi, type RecordOptions, withRecordOptions } from '../audit/connection.ts'
import type { ListedEntry, RecordApi } from '../audit/record-api.ts'
import { feedLine } from '../audit/render.ts'
import type { Context } from '../context.ts'

interface TailOptions extends RecordOptions {
  after?: string
  untilEnd?: true
  every: number
}

const pageSize = '100'

/** `haven audit tail` */
export function addAuditTail(audit: Command, context: Context): void {
  withRecordOptions(audit.command('tail').description('follow the access record as it grows, by index'))
    .argument('[filters...]', 'key:value')
    .option('--after <index>', 'begin behind this index, -1 for the beginning (from now on)', readIndex)
    .option('--until-end', 'stop at the end instead of waiting for more')
    .option(
      '--every <seconds>',
      'how often to look; each look is an entry of its own, which is not shown',
      readSeconds,
      2,
    )
    .action(async (filters: string[], options: TailOptions) => {
      const api = openRecordApi(context, options)
      let after = options.after ?? String(BigInt(await entriesIn(api)) - 1n)
      for (;;) {
        const query: [string, string][] = [...filters.map(one => ['filter', one] as [string, string])]
        const page = await api.page('/entries', [...query, ['limit', pageSize], ['after', after]])
        await show(context, api, page.items, options)
        const isAtEnd = page.after === undefined || BigInt(page.after) >= BigInt(page.completeness.entries) - 1n
        after = page.after ?? after
        if (!isAtEnd) continue
        if (options.untilEnd) return context.note(`Complete up to here: ${page.completeness.line}`)
        await clock.sleep(options.every * 1_000)
      }
    })
}

async function entriesIn(api: RecordApi): Promise<string> {
  return (await api.page('/entries', [['limit', '1']])).completeness.entries
}

// Its own looks are entries too: showing them would never end.
async function show(
  context: Context,
  api: RecordApi,
  items: readonly ListedEntry[],
  options: TailOptions,
): Promise<void> {
  const own = await api.session()
  for (const item of items) {
    if (own !== undefined && (item.entry as { session?: unknown }).session === own) continue
    context.out(options.json ? JSON.stringify(item) : feedLine(item, options.language))
  }
}

function readIndex(text: string): string {
  if (!/^(-1|\d{1,18})$/.test(text)) throw new InvalidArgumentError('write an index, or -1 for the beginning.')
  return text
}

function readSeconds(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('write whole seconds, 1 to 99999.')
  return Number(text)
}
