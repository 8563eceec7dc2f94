import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isConflict, isTransient, sqlState } from '../../db/database-errors.ts'
import { DomainError, errorStatus, type ErrorCode } from '../../domain/errors.ts'

/** One refusal as it travels (RFC 9457, `application/problem+json`). */
export interface ProblemBody {
  type: string
  title: string
  status: number
  code: ErrorCode | 'internal-error'
  detail: string
  requestId: string
  fields?: Array<{ path: string, message: string }>
  details?: Record<string, unknown>
}

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not allowed',
  406: 'Not acceptable',
  408: 'Took too long',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be used',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Not available just now',
  504: 'Not answered'
}

interface Verdict {
  code: ProblemBody['code']
  status: number
  detail: string
  fields?: ProblemBody['fields']
  details?: Record<string, unknown>
  /** seconds after which trying again makes sense */
  retryAfter?: number
}

// The text of a 5xx is fixed here: the error's own text may hold anything.
const notNow = (code: ErrorCode): Verdict => ({
  code,
  status: errorStatus[code],
  detail: 'this cannot be done just now; try again shortly',
  retryAfter: 2
})

/** No advice to try again: the request may have been carried out. */
const perhapsDone = (code: ErrorCode): Verdict => ({
  code,
  status: errorStatus[code],
  detail: 'whether this was done is not known; see what became of it before doing it again'
})

interface Finding { instancePath: string, message?: string, keyword: string, params: Record<string, unknown> }

const isSafePattern = (finding: Finding): boolean =>
  finding.keyword === 'pattern' && String(finding.params.pattern).startsWith('^[^\\u0000')

/** For a field that may also be null, only the fault of the value sent, not that it is not null either. */
function telling (findings: readonly Finding[]): Finding[] {
  const told = new Set(findings.filter(isSafePattern).map(finding => finding.instancePath))
  return findings.filter(finding => isSafePattern(finding) || !told.has(finding.instancePath))
}

const list = (value: unknown): string[] => Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]

/** What a validator may find wrong with a field. */
export const fieldFaults = ['unknown-field', 'missing', 'control-character', 'wrong-form'] as const
interface FieldFault { path: string, code: typeof fieldFaults[number], message: string }

/** The path and the complaint, never the value: it may be somebody's number. */
function faultsAt (context: string, findings: readonly Finding[]): FieldFault[] {
  const seen = new Map<string, Omit<FieldFault, 'path'>>()
  for (const finding of findings) {
    const path = `${context}${finding.instancePath}`
    if (finding.keyword === 'additionalProperties' || finding.keyword === 'unevaluatedProperties') {
      const names = [
        ...list(finding.params.additionalProperties ?? finding.params.unevaluatedProperties), ...list(finding.params.additionalProperty)
      ]
      for (const name of names) {
        seen.set(`${path}/${name.slice(0, 60)}`, { code: 'unknown-field', message: 'is not a field of this request' })
      }
    } else if (finding.keyword === 'required') {
      for (const name of [...list(finding.params.requiredProperties), ...list(finding.params.missingProperty)]) {
        seen.set(`${path}/${name}`, { code: 'missing', message: 'is missing' })
      }
    } else if (finding.keyword !== 'boolean') {
      if (!seen.has(path)) {
        seen.set(path, isSafePattern(finding)
          ? { code: 'control-character', message: 'holds control characters' }
          : { code: 'wrong-form', message: finding.message ?? 'is not right' })
      }
    }
  }
  return [...seen].slice(0, 20).map(([path, fault]) => ({ path, ...fault }))
}

/** What is wrong with a value of this place, as a validator finds it, twenty faults at most. */
export const faultsOf = (place: string, findings: readonly unknown[]): FieldFault[] =>
  faultsAt(place, telling(findings as readonly Finding[]))

/** Fastify's own refusals, and the two of ours that come as plain HTTP errors. */
function refusalOf (error: FastifyError): Verdict | null {
  const status = error.statusCode ?? 500
  if (error.validation) {
    const findings = telling(error.validation as unknown as Finding[])
    const code = findings.length > 0 && findings.every(isSafePattern) ? 'control-character' : 'invalid-input'
    return {
      code,
      status: errorStatus[code],
      detail: 'the request does not fit its schema',
      fields: faultsAt(error.validationContext ?? 'body', findings).map(({ path, message }) => ({ path, message }))
    }
  }
  if (status === 413) return { code: 'too-large', status, detail: 'the body is too large' }
  if (status === 429) return { code: 'too-many-requests', status, detail: 'too many requests; try again later' }
  if (status === 404) return { code: 'not-found', status, detail: 'there is no such address' }
  if (status >= 400 && status < 500) {
    return { code: 'invalid-input', status, detail: status === 415 ? 'send application/json' : 'the request cannot be read' }
  }
  return null
}

function judge (error: unknown): Verdict {
  if (error instanceof DomainError) {
    const status = errorStatus[error.code]
    if (error.code === 'pbx-no-answer') return perhapsDone(error.code)
    if (status >= 500) return notNow(error.code)
    const { retryAfter, ...details } = error.details
    return { code: error.code, status, detail: error.message, details, ...(typeof retryAfter === 'number' ? { retryAfter } : {}) }
  }
  // The database is well: others were faster, three times over.
  if (isConflict(error)) return notNow('changed-at-once')
  if (isTransient(error) || sqlState(error) === '57014') return notNow('database-unavailable')
  // PostgreSQL keeps no zero bytes and no broken UTF-8.
  if (sqlState(error) === '22021' || sqlState(error) === '22P05') {
    return { code: 'control-character', status: 422, detail: 'text holds characters that cannot be stored' }
  }
  // A value no schema caught: out of its column's range or of another form (SQLSTATE class 22, data exception).
  if (sqlState(error).startsWith('22')) return { code: 'invalid-input', status: 400, detail: 'a value of the request cannot be used' }
  if (error instanceof Error) {
    const refusal = refusalOf(error as FastifyError)
    if (refusal) return refusal
  }
  return { code: 'internal-error', status: 500, detail: 'something went wrong here; the request id finds it in the log' }
}

// Digits that could be somebody's number do not reach the log.
const masked = (text: string): string => text.replace(/\d{5,}/g, '#####')

/** The log's record of an unexpected error: its kind, place and masked text, not the fields a driver attaches. */
export function loggable (error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  return {
    type: error.name,
    code: sqlState(error) || undefined,
    message: masked(error.message),
    stack: masked(error.stack ?? '').split('\n').slice(1, 12).join('\n')
  }
}

function bodyOf (verdict: Verdict, requestId: string): ProblemBody {
  const { code, status, detail, fields, details } = verdict
  return {
    type: `urn:liandong:problem:${code}`,
    title: titles[status] ?? 'Refused',
    status,
    code,
    detail,
    requestId,
    ...(fields?.length ? { fields } : {}),
    ...(details && Object.keys(details).length > 0 ? { details } : {})
  }
}

/** Answers any error as problem+json; only unexpected ones are logged as errors. */
export function answerProblem (error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const verdict = judge(error)
  if (verdict.status >= 500) {
    const level = verdict.code === 'internal-error' ? 'error' : 'warn'
    request.log[level]({ error: loggable(error), method: request.method, route: request.routeOptions?.url, code: verdict.code },
      'request failed')
  }
  if (verdict.retryAfter !== undefined && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', String(Math.ceil(verdict.retryAfter)))
  }
  reply.status(verdict.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(bodyOf(verdict, request.id))
}

/** The answer to a client that does not speak HTTP properly, on the bare socket. */
export function answerBrokenHttp (
  error: NodeJS.ErrnoException, socket: NodeJS.WritableStream & { destroyed?: boolean, destroy: () => void }, log: FastifyBaseLogger
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const body = JSON.stringify(bodyOf({ code: 'invalid-input', status, detail: 'the request cannot be read' }, ''))
  log.debug({ code: error.code }, 'a client does not speak HTTP')
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${status} ${titles[status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ` +
      `${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
  }
  socket.destroy()
}
