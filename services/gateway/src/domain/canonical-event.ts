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

/** What an event's identity is the HMAC of. The label keeps HMACs of one key apart from each other. */
export function identityOf(partner: string, { source, id }: { source: string; id: string }): string[] {
  return ['event-identity', partner, source, id]
}

/** What tells another content under the same identity. */
export function contentOf(partner: string, canonical: Uint8Array): string[] {
  return ['event-content', partner, new TextDecoder().decode(canonical)]
}

/** What the stream's key is the HMAC of: events of one reference of a partner keep their order; one without stands for itself. */
export function orderOf(partner: string, event: CloudEvent): string[] {
  const data = event.data as { reference?: unknown } | undefined
  return ['event-order', partner, typeof data?.reference === 'string' ? data.reference : event.id]
}
