/** Limits that both sides of an interface must know; a request beyond them is refused whole. */
export const limits = {
  /** Bytes of one request body, one event included. */
  bodyBytes: 65_536,
  /** Levels of nesting of a JSON body; a scalar has depth 0. */
  depth: 32,
  /** One batch of partner events. */
  batch: { maxEvents: 500, maxBytes: 1_048_576 },
  /** Events in one `POST /receipts/lookup`. */
  lookup: { maxEvents: 500 },
  /** Items on one page of a list. */
  page: { default: 50, max: 100 },
} as const
