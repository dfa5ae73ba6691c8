import { limits } from '@haven/contracts'
import { Problem } from '@haven/problem'
import { acceptJson, type Instance } from '@haven/service'
import type { FastifyRequest } from 'fastify'
import { hasAttributes, readBinary } from '../../domain/binary-mode.ts'
import { type Reading, readStructured, type Schemas } from '../../domain/reading.ts'

export const structured = 'application/cloudevents+json'
export const batch = 'application/cloudevents-batch+json'
export const json = 'application/json'

/** Lets the routes of this scope take the content types of CloudEvents and nothing else. */
export function readEventBodies(app: Instance): void {
  app.removeAllContentTypeParsers()
  acceptJson(app, [structured, json], { bodyLimit: limits.bodyBytes })
  acceptJson(app, [batch], { bodyLimit: limits.batch.maxBytes })
}

/** What a request holds: the events of a batch, or one event in either mode. */
export type Received = { readonly batch: readonly unknown[] } | { readonly reading: Reading }

/** @throws Problem `unsupported-media-type` without a body, `validation-failed`, `batch-empty`, `batch-too-long` for what is no batch */
export function received(request: FastifyRequest, schemas: Schemas): Received {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (request.body === undefined || type === undefined)
    throw new Problem('unsupported-media-type', { detail: accepted })
  if (type === batch) return { batch: eventsOf(request.body) }
  if (type === structured) return { reading: readStructured(request.body, schemas) }
  const headers = distinct(request.raw.rawHeaders)
  // Without any ce- header nobody meant binary mode; a list of missing attributes would not say how to send them.
  if (!hasAttributes(headers)) throw new Problem('unsupported-media-type', { detail: accepted })
  return { reading: readBinary(headers, request.body, schemas) }
}

// Node joins a header that came twice by a comma, which then looks like one value.
function distinct(raw: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null)
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase()
    headers[name] = [...(headers[name] ?? []), raw[at + 1]!]
  }
  return headers
}

const accepted =
  `Send one event as ${structured}, up to ${limits.batch.maxEvents} as ${batch}, ` +
  `or one in binary mode: attributes in ce- headers, data as ${json}.`

function eventsOf(body: unknown): unknown[] {
  if (!Array.isArray(body)) {
    throw new Problem('validation-failed', { errors: [{ pointer: '', detail: 'must be a JSON array of CloudEvents' }] })
  }
  if (body.length === 0) throw new Problem('batch-empty')
  if (body.length > limits.batch.maxEvents) throw new Problem('batch-too-long')
  return body
}
