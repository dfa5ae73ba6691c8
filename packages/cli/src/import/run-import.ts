import { Listr } from 'listr2'
import type { PartnerApi } from '../gateway/partner-api.ts'
import type { Clock, Patience } from '../gateway/patience.ts'
import { formatQuarter, type Quarter } from '../nrm/quarter.ts'
import { awaitReceipts, type Endings } from './await-receipts.ts'
import { type CheckedFile, checkFile, eventsIn } from './checked-file.ts'
import { type Posting, postMissing } from './post-missing.ts'
import type { ImportReport } from './report.ts'

/** A file and what to do with it. */
export interface ImportTask {
  file: string
  quarter: Quarter
  /** `source` of the events. */
  source: string
  /** Events in one request at most. */
  batchEvents: number
  /** Until every receipt has ended. */
  wait: boolean
  /** Milliseconds without progress after which it is given up. */
  limitMs: number
  /** Shows progress to people. */
  isShown: boolean
}

interface Step {
  title: string
  run(progress: (done: number) => void, onWait: (reason: string) => void): Promise<void>
}

const barWidth = 30

const bar = (done: number, all: number): string => {
  const filled = all === 0 ? barWidth : Math.floor((done / all) * barWidth)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done}/${all}`
}

/**
 * Checks a file to its end, posts what the gateway does not have, waits for the receipts.
 * @param api where to post; undefined for a dry run, which only checks
 */
export async function runImport(task: ImportTask, api: PartnerApi | undefined, clock: Clock): Promise<ImportReport> {
  let checked: CheckedFile | undefined
  let posting: Posting | undefined
  let receipts: Endings | undefined
  const patience = (onWait: (reason: string) => void): Patience => ({ clock, limitMs: task.limitMs, onWait })
  const steps: Step[] = [
    {
      title: 'Check the file',
      run: async () => {
        checked = await checkFile(task.file)
      },
    },
  ]
  if (api !== undefined) {
    steps.push({
      title: 'Post what the gateway does not have',
      run: async (onProgress, onWait) => {
        const events = eventsIn(checked!, task.quarter, task.source)
        posting = await postMissing(events, {
          api,
          batchEvents: task.batchEvents,
          patience: patience(onWait),
          onProgress,
        })
      },
    })
    if (task.wait) {
      steps.push({
        title: 'Wait for the receipts',
        run: async (onProgress, onWait) => {
          receipts = await awaitReceipts(posting!.names, { api, patience: patience(onWait), onProgress })
        },
      })
    }
  }
  await show(steps, task.isShown, () => checked?.total ?? 0)
  return {
    quarter: formatQuarter(task.quarter),
    dryRun: api === undefined,
    total: checked!.total,
    people: checked!.responders,
    ...(posting === undefined ? {} : { counts: posting.responders }),
    ...(receipts === undefined ? {} : { receipts }),
  }
}

async function show(steps: readonly Step[], isShown: boolean, total: () => number): Promise<void> {
  const tasks = new Listr<unknown, 'default', 'simple'>(
    steps.map(({ title, run }) => ({
      title,
      task: async (_context, wrapper) => {
        let last = ''
        const tell = (text: string) => {
          if (text !== last) wrapper.output = text
          last = text
        }
        await run(
          done => tell(bar(done, total())),
          reason => tell(`${reason}, going on as soon as it can`),
        )
      },
      rendererOptions: { persistentOutput: true },
    })),
    // what a program reads stays free of it, and so does the answer's own table
    // Ctrl-C ends the process as a signal does, with 130: listr's own listener would make 127 of it.
    { silentRendererCondition: !isShown, registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
  )
  await tasks.run({})
}
