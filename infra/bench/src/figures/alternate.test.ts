import { expect, test } from 'vitest'
import { alternate } from './alternate.ts'

test('the sides run in turns, each first as often as the other, never both at once', async () => {
  const order: string[] = []
  let running = 0
  const side = (name: string) => async () => {
    expect(++running).toBe(1)
    await new Promise(resolve => setImmediate(resolve))
    running--
    return order.push(name)
  }
  const figures = await alternate(4, side('a'), side('b'))
  expect(order.join('')).toBe('abbaabba')
  expect(figures).toEqual({ measured: [1, 4, 5, 8], baseline: [2, 3, 6, 7] })
})
