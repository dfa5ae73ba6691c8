import Type from 'typebox'
import { must } from './annotations.ts'
import { Instant, Line } from './primitives.ts'

/** A CloudEvent 1.0 in its structured JSON form. */
export interface CloudEvent<D = unknown> {
  specversion: '1.0'
  id: string
  /** URI reference of who says it; (source, id) is the event's identity. */
  source: string
  type: string
  subject?: string
  /** RFC 3339. */
  time?: string
  datacontenttype?: string
  dataschema?: string
  data?: D
  [extension: string]: unknown
}

/** `typ` of the JWE in which a CloudEvent travels sealed (RFC 7516: the media type without 'application/'). */
export const sealedEventType = 'cloudevents+json'

/**
 * The envelope of an event, whatever its data. Extension attributes are lower-case letters and digits with a string, integer
 * or boolean value (CloudEvents 1.0, section 3.1); `data_base64` is not taken: partner events are JSON.
 */
export const CloudEventEnvelope = Type.Object(
  {
    specversion: Type.Enum(['1.0']),
    id: Line(256),
    source: Type.String({ format: 'uri-reference', minLength: 1, maxLength: 512 }),
    type: Line(256),
    subject: Type.Optional(Line(256)),
    time: Type.Optional(Instant()),
    datacontenttype: Type.Optional(
      Type.String({
        maxLength: 100,
        pattern: '^application/([a-z0-9.-]+\\+)?json(\\s*;\\s*charset=[Uu][Tt][Ff]-8)?$',
        ...must('be a media type of JSON, such as application/json'),
      }),
    ),
    dataschema: Type.Optional(Type.String({ format: 'uri', maxLength: 512 })),
    data: Type.Optional(Type.Unknown()),
  },
  {
    $id: 'haven.cloud-event',
    title: 'CloudEvent 1.0 envelope',
    maxProperties: 32,
    propertyNames: Type.String({
      pattern: '^[a-z0-9]{1,20}$',
      ...must('name its attributes by lower-case letters and digits, at most 20'),
    }),
    additionalProperties: Type.Union([Line(1024), Type.Integer(), Type.Boolean()]),
  },
)
