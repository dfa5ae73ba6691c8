/** What a span may say beside its name, its times and its place in the trace. Each holds a template, a name, a code, a number or an id of our own. */
export const spanAttributes = [
  'error.type',
  'haven.consumer.outcome',
  'haven.events',
  'haven.fact.type',
  'haven.producer',
  'haven.seq',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'messaging.consumer.group.name',
  'messaging.destination.name',
  'messaging.destination.partition.id',
  'messaging.message.id',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.system',
] as const

/** Attributes as a span is begun with them. */
export type SpanAttributes = Readonly<Partial<Record<(typeof spanAttributes)[number], string | number>>>
