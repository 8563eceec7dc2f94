import Type from 'typebox'
import { orderPurposes } from '../../../domain/people/roles.ts'
import { answerOutcomes, rejectOutcomes } from '../../../domain/work-order.ts'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Nullable, OneOf, Reason, SafeLine, SafeText, ShortId, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { rolesOf } from '../life-cycle/rules/life-cycle-steps.ts'
import { orderVerbs, outcome, tags, type OrderVerbs } from '../order-write.ts'
import type { OrderQueries } from '../reading/order-queries.ts'
import { rejectReasons } from '../rules/order-facts.ts'
import { fields, Ref, source } from '../work-orders-schemas.ts'
import type { OrderCommands } from '../work-orders.ts'
import { checkSender } from './rules/who-sends.ts'

const NewOrder = Type.Object({
  ...fields,
  ...source,
  file: Type.Optional(Type.Boolean({ description: 'true (default): file it as a case; false: received only' }))
})
const reply = { reply: Reason({ minLength: 1, description: 'the answer to the citizen' }) }

/** What may be corrected of an order: the draft's, and the filed one's. */
export const correction = {
  ...fields,
  reason: Type.Optional(SafeText({ description: 'needed to lift confidentiality, or to turn it into praise, once it was taken in' }))
}

/** Orders: taking them in, until each is a case, answered or refused. */
export const intakeRoutes = ({ commands, queries }: { commands: OrderCommands, queries: OrderQueries }): Routes => app => {
  takeIn(app, { commands, queries })
  const on = orderVerbs(app)
  draft(on, commands)
  settle(on, commands)
}

function takeIn (app: App, { commands, queries }: { commands: OrderCommands, queries: OrderQueries }): void {
  app.post('/api/work-orders', {
    config: { roles: rolesOf('case.file', 'intake.receive'), purposes: orderPurposes },
    schema: {
      tags,
      summary: 'Take in an order',
      description: 'Files it at once unless `file` is false. With `callId`, the draft of that call becomes the order, on its channel.',
      headers: WriteHeaders,
      body: NewOrder,
      response: answers({ 201: Ref })
    }
  }, async (request, reply) => {
    const { file = true, receivedAt, ...input } = request.body
    const given = receivedAt === undefined ? input : { ...input, receivedAt: new Date(receivedAt) }
    return await write(request, reply, {
      action: file ? 'order.file' : 'order.receive',
      subject: ref => ref.id,
      status: 201,
      detail: outcome
    }, async tx => {
      // Here, since a repeat under its key, or of a source number, gets its first answer, whatever today's row says.
      if (!await commands.hasSent(tx, request.actor, given)) {
        checkSender(await queries.channel(input.channel), { purposes: request.purposes, sourceNumber: Boolean(input.sourceNumber) })
      }
      return file ? await commands.file(tx, request.actor, given) : await commands.receive(tx, request.actor, given)
    })
  })
}

/** From the draft of a call to an order. */
function draft (on: OrderVerbs, commands: OrderCommands): void {
  on('PUT', 'draft', 'Save the draft', 'order.draft', 'draft.save', correction,
    (r, input) => async tx => await commands.saveDraft(tx, r.actor, input))
  on('POST', 'receive', 'The draft is an intake record now', 'order.receive', 'intake.receive', correction,
    (r, input) => async tx => await commands.receive(tx, r.actor, input))
  on('POST', 'file', 'File it as a case 立案', 'order.file', 'case.file', correction,
    (r, input) => async tx => await commands.file(tx, r.actor, input))
}

/** What becomes of it at once. */
function settle (on: OrderVerbs, commands: OrderCommands): void {
  const outcomeBody = Type.Optional(SafeLine({ description: 'to whom it went: 110, 119, 120, 122; a place, a hotline, the police' }))
  const answer = {
    ...reply,
    article: Type.Optional(Nullable(ShortId('knowledge article'))),
    outcome: Type.Optional(OneOf(answerOutcomes, '直接答复 (default) 即时转接')),
    outcomeBody
  }
  const rejection = {
    ...reply,
    outcome: Type.Optional(OneOf(rejectOutcomes, '告知法定途径 解释说明 转属地 移送线索; default: the one its reason belongs to')),
    reason: Type.Optional(Nullable(OneOf(rejectReasons, 'of 告知法定途径 and 解释说明'))),
    outcomeBody,
    evidence: Type.Optional(SafeText({ description: '移送线索: what the police were given' }))
  }
  on('POST', 'answer', 'Answered at once 直接答复', 'order.answer', 'intake.answer', answer,
    (r, input) => async tx => await commands.answer(tx, r.actor, input))
  on('POST', 'reject', 'Not accepted 不予受理', 'order.reject', 'intake.reject', rejection,
    (r, input) => async tx => await commands.reject(tx, r.actor, input))
  on('POST', 'merge', 'Merge into an open order 并单', 'order.merge', 'case.merge', { targetId: Id() },
    (r, input) => async tx => await commands.merge(tx, r.actor, input))
  on('POST', 'unmerge', 'Take a merge back 撤销并单', 'order.unmerge', 'case.unmerge', { reason: Reason({ minLength: 1 }) },
    (r, input) => async tx => await commands.unmerge(tx, r.actor, input))
  on('POST', 'praise', 'Forward praise and close', 'order.praise', 'praise.forward',
    { unitId: ShortId(), reply: Type.Optional(SafeText()) }, (r, input) => async tx => await commands.forwardPraise(tx, r.actor, input))
}
