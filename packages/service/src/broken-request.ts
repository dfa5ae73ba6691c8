import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Problem, type ProblemCode, problemDocument, problemMediaType } from '@haven/problem'
import type { FastifyBaseLogger } from 'fastify'
import { answerHeaders } from './answer-headers.ts'

const codes: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
}

/** Answers what Node's HTTP parser refused, before there is a request; the parser's error quotes bytes and is not logged. */
export function answerBrokenRequest(log: FastifyBaseLogger) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    const requestId = randomUUID()
    const problem = new Problem(codes[error.code ?? ''] ?? 'malformed-request')
    log.info({ request: requestId, problem: problem.code, code: error.code }, problem.title)
    const body = JSON.stringify(problemDocument(problem, requestId))
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `content-type: ${problemMediaType}`,
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(answerHeaders(requestId)).map(([name, value]) => `${name}: ${value}`),
      'connection: close',
    ]
    if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
}
