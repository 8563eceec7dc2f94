import { createHash } from 'node:crypto'
import Type from 'typebox'
import { listenModes } from '../../domain/telephone/listening.ts'
import type { Role } from '../../domain/people/roles.ts'
import type { ManualCalls } from './manual-calls.ts'
import { emergencyCentres } from './rules/live-call.ts'
import type { Switching } from './switching.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import { answers, Id, OneOf, params, SafeLine, ShortId, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write, writeOutside } from '../../http/kit/write.ts'

export interface SwitchingRoutesOptions { switching: Switching, manualCalls: ManualCalls }

const tags = ['calls']
const speakers: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR']
const callers: readonly Role[] = [
  'AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'HANDLER', 'VERIFIER', 'EMERGENCY_COORDINATOR'
]
const one = params({ id: ShortId('call') })
const Target = Type.Union([
  Type.Object({ extension: Type.String({ pattern: '^8\\d{3}$' }) }, { additionalProperties: false }),
  Type.Object({ number: SafeLine({ maxLength: 40 }) }, { additionalProperties: false }),
  Type.Object({ centre: OneOf(emergencyCentres, 'goes to that centre\'s configured number') }, { additionalProperties: false })
])
const Switched = Type.Object({ callId: Type.String() })

/** Switching a live call, and calling citizens by a click. What came of it arrives on the feed and on the call's timeline. */
export const switchingRoutes = (options: SwitchingRoutesOptions): Routes => app => {
  transfers(app, options)
  verbs(app, options)
  listen(app, options)
  callCitizens(app, options)
}

/** To somebody else, at once or after asking. */
function transfers (app: App, { switching }: SwitchingRoutesOptions): void {
  const to = { transfer: 'To somebody else, without asking first', consult: 'Ring somebody while the citizen hears music' } as const
  for (const [verb, summary] of Object.entries(to)) {
    const command = switching[verb as keyof typeof to]
    app.post(`/api/calls/:id/${verb}`, {
      config: { roles: speakers },
      schema: { tags, summary, headers: WriteHeaders, params: one, body: Type.Object({ to: Target }), response: answers({ 202: Switched }) }
    }, async (request, reply) => await writeOutside(request, reply, {
      action: `call.${verb}`,
      subject: request.params.id,
      status: 202,
      detail: 'centre' in request.body.to ? { centre: request.body.to.centre } : {}
    }, async tx => await command(tx, request.actor, { callId: request.params.id, to: request.body.to })))
  }
}

/** Verbs that need nothing but their call. */
function verbs (app: App, { switching }: SwitchingRoutesOptions): void {
  const plain = {
    complete: ['The consulted colleague gets the citizen', speakers],
    'three-way': ['Citizen, agent and the consulted colleague together', speakers],
    hold: ['The citizen hears music', speakers],
    retrieve: ['Back to the citizen', speakers],
    'civility-warning': ['A recorded sentence asks the citizen to stay civil', speakers],
    'hang-up': ['End the call', speakers],
    'take-over': ['The shift leader takes the call', ['SHIFT_LEADER']]
  } as const satisfies Record<string, readonly [string, readonly Role[]]>
  const commands = {
    complete: switching.complete,
    'three-way': switching.threeWay,
    hold: switching.hold,
    retrieve: switching.retrieve,
    'civility-warning': switching.civilityWarning,
    'hang-up': switching.hangUp,
    'take-over': switching.takeOver
  }
  for (const [verb, [summary, roles]] of Object.entries(plain)) {
    const command = commands[verb as keyof typeof plain]
    app.post(`/api/calls/:id/${verb}`, {
      config: { roles },
      schema: { tags, summary, headers: WriteHeaders, params: one, response: answers({ 202: Switched }) }
    }, async (request, reply) => await writeOutside(request, reply, { action: `call.${verb}`, subject: request.params.id, status: 202 },
      async tx => await command(tx, request.actor, { callId: request.params.id })))
  }
}

function listen (app: App, { switching }: SwitchingRoutesOptions): void {
  app.post('/api/calls/:id/listen', {
    config: { roles: ['SHIFT_LEADER', 'SUPERVISOR'] },
    schema: {
      tags,
      summary: 'Listen to, whisper to or join a live call; logged',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ mode: OneOf(listenModes) }),
      response: answers({ 202: Type.Object({ callId: Type.String(), channelId: Type.String() }) })
    }
  }, async (request, reply) => await writeOutside(request, reply, {
    action: 'call.listen-live',
    subject: request.params.id,
    status: 202,
    detail: request.body
  }, async tx => await switching.listen(tx, request.actor, { callId: request.params.id, mode: request.body.mode })))
}

function callCitizens (app: App, { manualCalls }: SwitchingRoutesOptions): void {
  app.post('/api/calls', {
    config: { roles: callers },
    schema: {
      tags,
      summary: 'Call a citizen through the exchange: the own telephone rings first, the number stays hidden',
      description: 'A person without an extension is rung at the telephone in the directory and presses 1; without one: ' +
        '409 no-own-telephone. An order\'s complainant who answers counts as first contact 先行联系. One person at a time rings a ' +
        'citizen, by whichever call or order: the second gets 409 already-done, `guard` others-return. A telephone of the ' +
        'exchange that is not registered is not rung: 409 telephone-not-registered.',
      headers: WriteHeaders,
      body: Type.Union([
        Type.Object({ orderId: Id('its complainant') }, { additionalProperties: false }),
        Type.Object({ callId: ShortId('who called') }, { additionalProperties: false })
      ]),
      response: answers({ 202: Type.Object({ requestId: Type.String() }) })
    }
  }, async (request, reply) => {
    const given = request.headers['idempotency-key']
    // A call is asked for under a key of one length, whatever the caller's is: cut off, two of them would be one call.
    const key = typeof given === 'string' ? createHash('sha256').update(given).digest('hex') : request.id
    await manualCalls.canBeRung(request.actor)
    return await write(request, reply, { action: 'call.by-hand', subject: result => result.requestId, status: 202, detail: request.body },
      async tx => await manualCalls.callCitizen(tx, request.actor, { key, ...request.body }))
  })
}
