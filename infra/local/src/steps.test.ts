import { expect, it, vi } from 'vitest'
import { runSteps, type Step } from './steps.ts'

vi.spyOn(process.stdout, 'write').mockReturnValue(true)
vi.spyOn(console, 'log').mockReturnValue()

function recorded(needs: Record<string, string[]>, failing?: string) {
  const order: string[] = []
  const steps = Object.fromEntries(
    Object.entries(needs).map(([name, before]): [string, Step] => [
      name,
      {
        title: name,
        needs: before,
        run: async () => {
          if (name === failing) throw new Error(`${name} failed`)
          order.push(name)
        },
      },
    ]),
  )
  return { order, steps }
}

it('a step begins only when all that it needs is done, whatever the order of the list', async () => {
  const { order, steps } = recorded({ service: ['database', 'topics'], topics: ['kafka'], kafka: [], database: [] })
  await runSteps(steps)
  expect(order.at(-1)).toBe('service')
  expect(order.indexOf('kafka')).toBeLessThan(order.indexOf('topics'))
})

it('what needs a failed step never begins, and the failure is the one reported', async () => {
  const { order, steps } = recorded({ kafka: [], topics: ['kafka'], service: ['topics'] }, 'kafka')
  await expect(runSteps(steps)).rejects.toThrow('kafka failed')
  expect(order).toEqual([])
})
