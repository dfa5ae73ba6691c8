import type { PartnerEventType } from '@haven/contracts'
import Type, { type Static } from 'typebox'

const Document = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })

export const EventType = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    summary: Type.String(),
    dataschema: Type.String({ description: 'path of the JSON Schema below, on this service' }),
    schema: Document('JSON Schema of data; x-htcds names the field of the Human Trafficking Case Data Standard 2.0'),
    sample: Document('a complete event that is accepted as it stands; the person in it is invented'),
  },
  { additionalProperties: false, title: 'Event type' },
)
export type EventType = Static<typeof EventType>

export function render({ type, title, summary, dataSchema, sample }: PartnerEventType): EventType {
  return {
    type,
    title,
    summary,
    dataschema: `/event-types/${type}/schema`,
    schema: { ...dataSchema },
    sample: { ...sample },
  }
}
