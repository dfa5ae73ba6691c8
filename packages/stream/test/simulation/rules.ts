/** The rules that a planted bug breaks; each has the right value and the wrong ones that the design's model knew. */
export interface Rules {
  /** When a writer gets the fact's id: while it holds the aggregate's row, before it waits for it, or without locking it. */
  id: 'under-lock' | 'before-lock' | 'without-lock'
  /** What becomes the number of a fact. `unguarded`: read and update without numbered's primary key. */
  numbering: 'contiguous' | 'by-sequence' | 'last-id-cursor' | 'unguarded'
  mark: 'after-acknowledgement' | 'before-send'
  offset: 'after-effect' | 'before-effect'
  place: 'compare-and-set' | 'blind'
  heads: 'sent' | 'none'
  ahead: 'ask' | 'apply'
  behindParked: 'parks' | 'applies'
  parkedLook: 'under-lock' | 'before-lock'
  asking: 'paced' | 'per-message'
  /** Whether a member looks at the place before it asks, or believes what it remembers of an earlier assignment. */
  memory: 'checked' | 'trusted'
}

export const rightRules: Rules = {
  id: 'under-lock',
  numbering: 'contiguous',
  mark: 'after-acknowledgement',
  offset: 'after-effect',
  place: 'compare-and-set',
  heads: 'sent',
  ahead: 'ask',
  behindParked: 'parks',
  parkedLook: 'under-lock',
  asking: 'paced',
  memory: 'checked',
}
