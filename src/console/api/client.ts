import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './api-types.d.ts'
import { learnTime } from '../moments/now.ts'
import { randomKey } from './random-key.ts'

/** A refusal of the API; `code` is stable and has words in both languages. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown>
  readonly fields: ReadonlyArray<{ path: string, message: string }>

  constructor (
    status: number,
    problem: { code?: string, detail?: string, details?: Record<string, unknown>, fields?: Array<{ path: string, message: string }> }
  ) {
    super(problem.detail ?? problem.code ?? String(status))
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code ?? 'offline'
    this.details = problem.details ?? {}
    this.fields = problem.fields ?? []
  }
}

let onExpired: () => void = () => {}

/** Called when a request finds the session gone, so that the page can ask for the password without losing a word. */
export function whenExpired (tell: () => void): void { onExpired = tell }

/** What is in doubt: whether the session is alive, or only which rights it has. */
type Doubt = 'session' | 'rights'

let onDoubt: (doubt: Doubt) => Promise<boolean> = async () => false

/** Called when the session may have ended or its rights may have changed; answers whether it is alive. */
export function whenDoubted (look: (doubt: Doubt) => Promise<boolean>): void { onDoubt = look }

/** Whether the session is alive; if it is not, the page asks for the password. */
export const isSignedIn = async (): Promise<boolean> => await onDoubt('session')

/** Asks for the rights again after a gap in the feed, in which a change of rights would not have been heard. */
export const recheckRights = async (): Promise<boolean> => await onDoubt('rights')

// A refusal of a request sent before the last signing-in does not concern the new session.
const sentAt = new WeakMap<Request, number>()
let signedInAt = 0

let signedIn: { promise: Promise<void>, settle: () => void } | null = null

/** Somebody has just signed in, in this tab or another. Answers to earlier requests do not concern the new session. */
export function justSignedIn (): void {
  signedInAt = performance.now()
  signedIn?.settle()
  signedIn = null
}

/** Whether somebody has signed in since that moment of `performance.now()`. */
export const signedInSince = (at: number): boolean => signedInAt > at

/** Settles when somebody has signed in. */
export async function untilSignedIn (): Promise<void> {
  if (signedIn === null) {
    let settle = (): void => {}
    signedIn = { promise: new Promise<void>(resolve => { settle = resolve }), settle: () => { settle() } }
  }
  await signedIn.promise
}

const throwProblems: Middleware = {
  onRequest ({ request }) {
    sentAt.set(request, performance.now())
  },
  async onResponse ({ response, request }) {
    learnTime(response.headers.get('date'))
    if (response.ok) return
    const problem = await response.clone().json().catch(() => ({})) as ConstructorParameters<typeof ApiError>[1]
    const error = new ApiError(response.status, problem)
    if (error.code === 'not-signed-in' && !request.url.endsWith('/api/session') && !signedInSince(sentAt.get(request) ?? Infinity)) {
      onExpired()
    }
    throw error
  },
  onError () {
    return new ApiError(0, { code: 'offline' })
  }
}

const underWay = new Map<string, Promise<Response>>()

/** Sends a write once: the same one pressed again while the first is under way waits for the first's answer. */
async function sendOnce (request: Request): Promise<Response> {
  if (request.method === 'GET' || !(request.headers.get('content-type') ?? 'application/json').startsWith('application/json')) {
    return await fetch(request)
  }
  const body = await request.text()
  const asked = `${request.method} ${request.url} ${body}`
  const send = async (): Promise<Response> => await fetch(body === '' ? request : new Request(request, { body }))
  const answer = underWay.get(asked) ?? send().finally(() => { underWay.delete(asked) })
  underWay.set(asked, answer)
  return (await answer).clone()
}

/** The API, typed by the service's OpenAPI document. Every refusal is thrown as ApiError. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin', fetch: sendOnce })
api.use(throwProblems)

/** An idempotency key, for a write that may be sent twice: by a second press, or after a lost answer. */
export const onceKey = (): { 'idempotency-key': string } => ({ 'idempotency-key': randomKey() })
