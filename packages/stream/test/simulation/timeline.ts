import type { Random } from './random.ts'

interface Entry {
  at: number
  order: number
  run: () => void
}

/** Virtual time: what is due runs one after the other; what is due at the same moment runs in an order of chance. */
export class Timeline {
  now = 1_000_000
  steps = 0
  readonly #heap: Entry[] = []
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  after(ms: number, run: () => void): void {
    this.#push({ at: this.now + ms, order: this.#random.next(), run })
  }

  /** Runs until `end` (virtual ms) or until `isDone`, which is asked every thousand steps. */
  runUntil(end: number, isDone: () => boolean = () => false): void {
    for (;;) {
      const first = this.#heap[0]
      if (!first || first.at > end) break
      if (this.steps % 1000 === 0 && isDone()) return
      this.#pop()
      this.now = first.at
      this.steps++
      first.run()
    }
    this.now = end
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(heap[at]!, heap[parent]!)) break
      ;[heap[at], heap[parent]] = [heap[parent]!, heap[at]!]
      at = parent
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    heap[0] = last
    for (let at = 0; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child
      }
      if (least === at) return
      ;[heap[at], heap[least]] = [heap[least]!, heap[at]!]
      at = least
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at
}
