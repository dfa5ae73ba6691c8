import { Code, Instant, receiptStates, Uuid } from '@haven/contracts'
import Type, { type Static } from 'typebox'
import { outcomes, stateOf } from '../../domain/receipt.ts'
import type { ReceiptRow } from '../../store/receipt.ts'

export const Receipt = Type.Object(
  {
    id: Uuid(),
    type: Type.String({ description: 'type of the event' }),
    state: Type.Enum(receiptStates, { description: 'never goes back; applied and rejected are the end' }),
    reason: Type.Optional(Code({ description: 'why it was rejected' })),
    outcome: Type.Optional(
      Type.Object(
        { state: Type.Enum(outcomes), at: Instant() },
        { additionalProperties: false, description: 'what became of the referral since' },
      ),
    ),
    acceptedAt: Instant(),
  },
  { additionalProperties: false, title: 'Receipt' },
)
export type Receipt = Static<typeof Receipt>

/** A receipt as its partner sees it. */
export function render(row: Omit<ReceiptRow, 'position'>): Receipt {
  return {
    id: row.id,
    type: row.type,
    state: stateOf(row.answer, row.published),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.outcome === null || row.outcomeAt === null
      ? {}
      : { outcome: { state: row.outcome as (typeof outcomes)[number], at: row.outcomeAt.toISOString() } }),
    acceptedAt: row.acceptedAt.toISOString(),
  }
}
