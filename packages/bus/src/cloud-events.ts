import type { CloudEvent } from '@haven/contracts'
import { BusError } from './errors.ts'
import type { BusRecord, OutgoingRecord } from './types.ts'

// CloudEvents 1.0.2, Kafka protocol binding, section 3.2 (binary content mode): attributes are headers with the prefix
// ce_, the content type is the header content-type without one, the value is the data alone.
const prefix = 'ce_'
const required = ['specversion', 'id', 'source', 'type'] as const

/** What goes with an event onto Kafka. */
export interface Envelope {
  key: string
  /** Headers that are no attributes of the event. */
  headers?: Record<string, string>
}

/**
 * Writes an event as a record in binary mode. Its data are JSON; without data the record is a tombstone. Numbers and booleans
 * of extensions become text, as the binding has it.
 */
export function toKafka(event: CloudEvent, { key, headers = {} }: Envelope): OutgoingRecord {
  const { data, datacontenttype = 'application/json', ...attributes } = event
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...attributes, partitionkey: key })) {
    if (value !== undefined && value !== null) own[prefix + name] = String(value)
  }
  if (data === undefined) return { key, headers: { ...headers, ...own }, value: null }
  return {
    key,
    headers: { ...headers, ...own, 'content-type': datacontenttype },
    value: Buffer.from(JSON.stringify(data), 'utf8'),
  }
}

/**
 * Reads the event of a record in binary mode. Nothing of the record is in the error's text.
 * @throws BusError `malformed` when an attribute is missing, the version is another, or the data are no JSON
 */
export function fromKafka(record: Pick<BusRecord, 'headers' | 'value'>): CloudEvent {
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(record.headers)) {
    if (name.startsWith(prefix)) attributes[name.slice(prefix.length)] = value
  }
  const missing = required.find(name => !attributes[name])
  if (missing) throw new BusError('malformed', `The record is no CloudEvent: header ${prefix}${missing} is missing.`)
  if (attributes.specversion !== '1.0') throw new BusError('malformed', 'The record is no CloudEvent of version 1.0.')
  const event = attributes as unknown as CloudEvent
  if (record.value === null) return event
  const datacontenttype = record.headers['content-type'] ?? 'application/json'
  return { ...event, datacontenttype, data: parse(record.value, datacontenttype) }
}

function parse(value: Buffer, contentType: string): unknown {
  if (!/^application\/([a-z0-9.-]+\+)?json\b/i.test(contentType)) {
    throw new BusError('malformed', 'The content type of the record is not JSON.')
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value))
  } catch {
    throw new BusError('malformed', 'The value of the record is not JSON.')
  }
}
