import Type from 'typebox'
import { DomainError } from '../../../domain/errors.ts'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Nullable, OneOf, params } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import type { Kept, Receiving } from './receiving.ts'
import { envelopeStates, faultCodes, quarantineReasons } from './rules/judge.ts'

/** Bytes of a message at most. */
export const maxBytes = 256 * 1024

export const Faults = Type.Array(Type.Object({
  path: Type.String({ description: 'the field, as a JSON pointer; empty: the whole' }),
  code: OneOf(faultCodes),
  message: Type.String({ description: 'in English; of `refused` the code of the error, or of its guard' })
}))

const Outcome = Type.Object({
  id: Id(),
  state: OneOf(envelopeStates, '`quarantined`: a person looks at it, do not send it again; `waiting`: it is taken later'),
  reason: Nullable(OneOf(quarantineReasons)),
  faults: Faults,
  answer: Nullable(Type.Record(Type.String(), Type.Unknown(), { description: 'of the kind, once it was taken' }))
})

const SignedHeaders = Type.Object({
  'webhook-id': Type.String({ pattern: '^[\\x21-\\x7e]{1,120}$', description: 'the sender\'s own; sent again it is the same' }),
  'webhook-timestamp': Type.String({ pattern: '^\\d{1,11}$', description: 'when it is sent, seconds since 1970' }),
  'webhook-signature': Type.String({ maxLength: 1000, pattern: '^[\\x20-\\x7e]+$', description: '`v1,…`, divided by blanks' })
}, { additionalProperties: true })

export interface ExchangeRoutesOptions { receiving: Receiving }

/** Messages of other systems. The signature is over the bytes: here alone a body is not read before it was checked. */
export const exchangeRoutes = ({ receiving }: ExchangeRoutesOptions): Routes => app => {
  void app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: maxBytes },
      (_request, body, done) => { done(null, body) })
    receive(scope as App, receiving)
  })
}

function receive (app: App, receiving: Receiving): void {
  app.post('/api/exchange/:interface', {
    config: { roles: ['INTEGRATION'], purposes: ['exchange'] },
    schema: {
      tags: ['interfaces'],
      summary: 'A message of another system',
      description: '`application/json`, 256 kB at most: `type`, `version`, `timestamp` and `data`, signed as Standard Webhooks has it. ' +
        'A message with a good signature is kept whatever it says: one that cannot be taken waits for a person. ' +
        '202 for a new one, 200 for one that came before in the same words.',
      headers: SignedHeaders,
      params: params({ interface: Id() }),
      response: answers({ 200: Outcome, 202: Outcome })
    }
  }, async (request, reply) => {
    const { headers, params: { interface: interfaceId }, actor, purposes } = request
    const checked = await receiving.check(interfaceId, {
      id: headers['webhook-id'],
      sentAt: new Date(Number(headers['webhook-timestamp']) * 1000),
      signature: headers['webhook-signature'],
      body: textOf(request.body)
    })
    const kept = await write<Kept>(request, reply, {
      action: 'envelope.receive',
      subject: ({ id }) => id,
      detail: ({ fresh }) => ({ interface: interfaceId, fresh }),
      repeatable: false
    }, async tx => await receiving.receive(tx, { actor, purposes: purposes ?? [] }, checked))
    reply.status(kept.fresh ? 202 : 200)
    return await receiving.settle(kept.id)
  })
}

/** @throws DomainError `invalid-input` for what is no UTF-8: nobody knows what was meant */
function textOf (body: unknown): string {
  try {
    if (Buffer.isBuffer(body)) return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw new DomainError('invalid-input', 'a message is UTF-8', { field: 'body' })
  }
  throw new DomainError('invalid-input', 'a message has a body', { field: 'body' })
}
