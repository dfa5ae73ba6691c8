import { type CloudEvent, canonicalBytes } from '@haven/contracts'

/**
 * The bytes that say whether two deliveries are the same event, whatever mode they came in: RFC 8785 over the attributes as the strings that
 * binary mode would carry (CloudEvents 1.0, section 3.1) and the data as it is. The content type is left out: JSON is all that is taken.
 * @throws TypeError for a value that is not JSON (a lone surrogate)
 */
export function canonicalForm(event: CloudEvent): Uint8Array {
  const { data, datacontenttype: _, ...attributes } = event
  const texts = Object.entries(attributes).map(([name, value]) => [name, String(value)])
  return canonicalBytes({ ...Object.fromEntries(texts), data })
}

/**
 * The partner's own name for what the event is about: events of one reference keep their order. An event without one stands for itself.
 */
export function orderingReference(event: CloudEvent): string {
  const data = event.data as { reference?: unknown } | undefined
  return typeof data?.reference === 'string' ? data.reference : event.id
}
