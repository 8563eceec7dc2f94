import Type from 'typebox'
import type { Routes } from './kit/routes.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import { NoAnswer, within } from '../domain/time/within.ts'
import { answers, Moment, OneOf } from './kit/schema-words.ts'
import type { Clock } from '../domain/time/clock.ts'

const Part = Type.Object({
  name: Type.String(),
  state: OneOf(['ok', 'failing']),
  vital: Type.Boolean(),
  detail: Type.Optional(Type.Unknown())
})
interface PartState { name: string, state: 'ok' | 'failing', vital: boolean, detail?: unknown }

const Ready = Type.Object({
  status: OneOf(['ready', 'degraded', 'not-ready']),
  at: Moment(),
  parts: Type.Array(Part),
  degraded: Type.Array(Type.String(), { description: 'the parts that do not work, in words' })
}, { description: 'each part of the running system' })
interface Readiness { status: 'ready' | 'degraded' | 'not-ready', at: Date, parts: PartState[], degraded: string[] }

async function look ({ name, check, vital }: HealthCheck, timeoutMs: number): Promise<PartState> {
  try {
    const { ok, detail } = await within(timeoutMs, check())
    return { name, vital, state: ok ? 'ok' : 'failing', ...(detail === undefined ? {} : { detail }) }
  } catch (error) {
    // The error's own text may hold addresses or passwords of a connection string.
    const detail = error instanceof NoAnswer ? error.message : 'the check failed'
    return { name, vital, state: 'failing', detail }
  }
}

const inWords = ({ name, detail }: PartState): string => typeof detail === 'string' ? `${name}: ${detail}` : `${name} does not work`

/** Whether the process lives, and whether it is ready for work. Asked often: the parts are checked at most once a second. */
export function healthRoutes ({
  checks, clock, timeoutMs = 2000
}: { checks: readonly HealthCheck[], clock: Clock, timeoutMs?: number }): Routes {
  let known: { until: number, answer: Promise<Readiness> } | null = null

  async function lookAtAll (): Promise<Readiness> {
    const parts = await Promise.all(checks.map(async check => await look(check, timeoutMs)))
    const failing = parts.filter(part => part.state === 'failing')
    const status = failing.some(part => part.vital) ? 'not-ready' : failing.length > 0 ? 'degraded' : 'ready'
    return { status, at: clock.now(), parts, degraded: failing.map(inWords) }
  }

  return app => {
    app.get('/health/live', {
      config: { roles: 'public', rateLimit: false },
      schema: { tags: ['health'], summary: 'The process lives', response: answers({ 200: Type.Object({ status: OneOf(['live']) }) }) }
    }, async () => ({ status: 'live' as const }))

    app.get('/health/ready', {
      config: { roles: 'public', rateLimit: false },
      schema: {
        tags: ['health'],
        summary: 'Orders can be filed (200) or not (503), and the state of each part',
        response: { ...answers({ 200: Ready }), 503: Ready }
      }
    }, async (_request, reply) => {
      if (!known || known.until < Date.now()) known = { until: Date.now() + 1000, answer: lookAtAll() }
      const ready = await known.answer
      return await reply.status(ready.status === 'not-ready' ? 503 : 200).header('cache-control', 'no-store').send(ready)
    })
  }
}
