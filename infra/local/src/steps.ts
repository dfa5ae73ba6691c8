import { Listr } from 'listr2'

/** One line of progress. */
export interface Step {
  title: string
  /** Names of the steps that must be done before. */
  needs?: readonly string[]
  run(progress: (text: string) => void): Promise<void>
}

/**
 * Runs steps side by side, each as soon as what it needs is done, and shows each as a line.
 * @throws the first step's error; steps that need it are then skipped
 */
export async function runSteps(steps: Readonly<Record<string, Step>>): Promise<void> {
  const failures: unknown[] = []
  const done: Record<string, PromiseWithResolvers<void>> = {}
  for (const name of Object.keys(steps)) {
    done[name] = Promise.withResolvers<void>()
    done[name].promise.catch(() => {})
  }
  const list = new Listr(
    Object.entries(steps).map(([name, step]) => ({
      title: step.title,
      task: async (_context: unknown, task) => {
        const needed = (step.needs ?? []).map(need => done[need]!.promise)
        if (
          !(await Promise.all(needed).then(
            () => true,
            () => false,
          ))
        ) {
          done[name]!.reject(new Error('skipped'))
          task.skip()
          return
        }
        const since = performance.now()
        try {
          await step.run(text => {
            task.output = text
          })
          task.title = `${step.title} (${((performance.now() - since) / 1000).toFixed(1)} s)`
          done[name]!.resolve()
        } catch (error) {
          done[name]!.reject(error)
          if (failures.push(error) > 1) task.skip()
          else throw error
        }
      },
    })),
    // Signals are the supervisor's: it stops in order what runs already.
    {
      concurrent: true,
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false },
      fallbackRenderer: 'simple',
    },
  )
  // The first failure makes the caller end what is under way; what then fails is no news.
  await list.run()
}
