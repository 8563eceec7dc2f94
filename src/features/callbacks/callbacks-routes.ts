import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { titleWithoutWords } from '../../access/rules/visibility.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { NodeSound } from '../../pbx/node-client.ts'
import { callbackLists, type CallbackView } from './callback-queries.ts'
import type { Callbacks } from './callbacks.ts'
import { callbackSight } from './rules/callback-sight.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import { answers, Id, OneOf, params, Reason, ShortId } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import { AttemptSchema, CallbackSchema } from './callbacks-schemas.ts'
import { deskRoutes } from './desk/desk-routes.ts'

export interface CallbackRoutesOptions {
  db: Database
  clock: Clock
  callbacks: Pick<Callbacks, 'desk' | 'queries'>
  /** a unit and everybody above it, without the Centre */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
  /** whether the officer's telephone can be rung. @throws DomainError `telephone-not-registered` */
  canBeRung: (actor: Actor) => Promise<void>
  /** the recording of an attempt, from the PBX that rang; null: there is none. @throws DomainError `node-unavailable` */
  recording: (callbackId: string, attempt: number) => Promise<NodeSound | null>
}

const desks = ['CALLBACK_OFFICER', 'SHIFT_LEADER'] as const
const speakers = [...desks, 'AGENT'] as const
const readers = [...speakers, 'DISPATCHER', 'SUPERVISOR', 'LEADER'] as const
const listeners = [...desks, 'SUPERVISOR'] as const
const tags = ['callbacks']
const one = params({ id: Id('callback') })

type ShownCallback = Omit<CallbackView, 'orderKind' | 'categoryName' | 'aboutUnitId' | 'number'> & { number: string | null }

/** A callback as this person may see its order; null: not at all. `onLine`: this person has the citizen on the line and is to ask. */
function shown (
  actor: Actor,
  ownUnit: ReaderUnit,
  { orderKind, categoryName, aboutUnitId, ...callback }: CallbackView,
  onLine = false
): ShownCallback | null {
  const sight = callbackSight(actor, { orderKind, aboutUnitId }, ownUnit, onLine)
  if (sight === null) return null
  return {
    ...callback,
    title: sight.words ? callback.title : titleWithoutWords(categoryName),
    freeWords: sight.words ? callback.freeWords : null,
    postponedHow: sight.words ? callback.postponedHow : null,
    explanation: sight.words ? callback.explanation : null,
    // What a list shows is masked already.
    number: sight.number === 'hidden' ? null : callback.number
  }
}

/** The officers' desk, and what agents need when a citizen rings back. */
export const callbackRoutes = (options: CallbackRoutesOptions): Routes => app => {
  list(app, options)
  awaiting(app, options)
  oneCallback(app, options)
  deskRoutes({ desk: options.callbacks.desk, canBeRung: options.canBeRung })(app)
  listen(app, options)
}

function list (app: App, { db, clock, callbacks: { queries }, readerUnit }: CallbackRoutesOptions): void {
  app.get('/api/callbacks', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Callbacks by due time: those a person is to make now, bad answers, mine, today\'s, open ones, all',
      querystring: Type.Object({ list: Type.Optional(OneOf(callbackLists)), orderId: Type.Optional(Id()), ...pageQuery }),
      response: answers({ 200: Page(CallbackSchema) })
    }
  }, async ({ query, actor }) => {
    const { after, limit } = readPage(query, ['date', 'uuid'])
    const ownUnit = await readerUnit(actor.unitId)
    const rows = await queries.list(db, { actor, ownUnit }, {
      list: query.list ?? (query.orderId === undefined ? 'due' : 'all'),
      now: clock.now(),
      after,
      limit,
      ...(query.orderId === undefined ? {} : { orderId: query.orderId })
    })
    const { items, next } = makePage(rows, limit, row => [row.dueAt, row.id])
    return { items: items.map(row => shown(actor, ownUnit, row)).filter(row => row !== null), next }
  })
}

function awaiting (app: App, { db, callbacks: { queries }, readerUnit }: CallbackRoutesOptions): void {
  app.get('/api/callbacks/awaiting', {
    config: { roles: speakers },
    schema: {
      tags,
      summary: 'Callbacks the citizen on the own line is to be asked: rang back after our missed call, or pressed 0',
      querystring: Type.Object({ callId: ShortId() }),
      response: answers({ 200: Type.Object({ items: Type.Array(CallbackSchema) }) })
    }
  }, async ({ query, actor }) => {
    const [found, ownUnit] = await Promise.all([queries.awaitingOnCall(db, query.callId, actor.extension), readerUnit(actor.unitId)])
    return { items: found.map(c => shown(actor, ownUnit, c, true)).filter(c => c !== null) }
  })
}

function oneCallback (app: App, { db, callbacks: { queries }, readerUnit }: CallbackRoutesOptions): void {
  app.get('/api/callbacks/:id', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'One callback with its attempts',
      params: one,
      response: answers({ 200: Type.Intersect([CallbackSchema, Type.Object({ attemptList: Type.Array(AttemptSchema) })]) })
    }
  }, async ({ params: { id }, actor }) => {
    const callback = await queries.one(db, id)
    const { attemptList, ...found } = callback
    const ownUnit = await readerUnit(actor.unitId)
    const seen = shown(actor, ownUnit, found)
    if (seen === null) throw new DomainError('not-found', 'there is no such callback')
    return callbackSight(actor, callback, ownUnit)?.number === 'full'
      ? { ...seen, attemptList, number: await queries.number(db, id) }
      : { ...seen, attemptList }
  })
}

/** A write although it reads: the listener, the recording and the reason are kept. */
function listen (app: App, { db, callbacks: { queries }, readerUnit, recording }: CallbackRoutesOptions): void {
  app.post('/api/callbacks/:id/attempts/:attempt/listen', {
    config: { roles: listeners },
    schema: {
      tags,
      summary: 'The recording of an attempt, as WAV',
      params: params({ id: Id('callback'), attempt: Type.Integer({ minimum: 1, maximum: 1000 }) }),
      body: Type.Object({ reason: Reason({ minLength: 2, maxLength: 400, description: 'why it is listened to; kept' }) }),
      response: answers({ 200: Type.Unsafe<unknown>({ description: 'audio/wav' }) })
    }
  }, async (request, reply) => {
    const { id, attempt } = request.params
    const { attemptList, ...callback } = await queries.one(db, id)
    if (callbackSight(request.actor, callback, await readerUnit(request.actor.unitId))?.recordings !== true) {
      throw new DomainError('not-found', 'there is no such callback')
    }
    const found = attemptList.some(a => a.attempt === attempt) ? await recording(id, attempt) : null
    if (!found) throw new DomainError('not-found', 'there is no recording of this attempt')
    // Each time is kept: a key makes none of them a repeat.
    await write(request, reply,
      { action: 'callback.listen', subject: id, detail: { attempt, reason: request.body.reason }, repeatable: false }, async () => null)
    return await reply.type('audio/wav').header('content-length', found.bytes).send(found.stream())
  })
}
