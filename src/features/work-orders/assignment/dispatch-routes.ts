import Type from 'typebox'
import type { OrderRef } from '../order-types.ts'
import type { Tx } from '../../../db/database.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { closingResults } from '../../../domain/work-order.ts'
import { rolesOf } from '../life-cycle/rules/life-cycle-steps.ts'
import { objectionCodes } from '../objections/rules/objection.ts'
import { parkingReasons } from '../parking/rules/parking.ts'
import { checkDecisions, dispatchModes, type OrderEventType } from '../rules/order-facts.ts'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { reader } from '../../../http/kit/validation.ts'
import {
  answers, Id, MomentInput, Nullable, OneOf, params, Reason, SafeLine, SafeText, ShortId, WriteHeaders
} from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { basisFields, Ref, Version, type Input, type Properties } from '../work-orders-schemas.ts'
import { outcome } from '../order-write.ts'
import type { OrderCommands } from '../work-orders.ts'

const OrderParams = params({ id: Id() })
const WithReason = { reason: Reason({ minLength: 1 }) }
const Units = (description: string) => Type.Array(ShortId(), { maxItems: 20, description })
const Longitude = Type.Optional(Nullable(Type.Number({ minimum: -180, maximum: 180 })))
const Latitude = Type.Optional(Nullable(Type.Number({ minimum: -90, maximum: 90 })))

/** What units and the Centre do with an order: dispatch, handling, verification, closing. */
export const dispatchRoutes = ({ commands }: { commands: OrderCommands }): Routes => app => {
  const on = commandRoutes(app)
  dispatch(on, commands)
  handle(on, commands)
  extend(on, commands)
  object(on, commands)
  park(on, commands)
  report(on, commands)
  close(on, commands)
}

/** Adds one command as a route: what its body's schema lets through is what the command takes. */
type CommandRoutes = ReturnType<typeof commandRoutes>

function commandRoutes (app: App) {
  return <P extends Properties>(
    path: string, summary: string, steps: OrderEventType[], body: P, run: (tx: Tx, actor: Actor, input: Input<P>) => Promise<OrderRef>
  ): void => {
    const schema = Type.Object<typeof Version & P>({ ...Version, ...body })
    const read = reader(schema)
    app.post(`/api/work-orders/:id/${path}`, {
      config: { roles: rolesOf(...steps) },
      schema: {
        tags: ['work-orders'],
        summary,
        params: OrderParams,
        headers: WriteHeaders,
        body: schema,
        response: answers({ 200: Ref })
      }
    }, async (request, reply) => {
      const orderId = request.params.id
      return await write(request, reply, { action: `order.${path}`, subject: orderId, detail: outcome },
        async tx => await run(tx, request.actor, Object.assign({}, read(request.body), { orderId })))
    })
  }
}

function dispatch (on: CommandRoutes, commands: OrderCommands): void {
  on('dispatch', 'Dispatch 派遣', ['case.dispatch'], {
    mode: OneOf(dispatchModes, 'one unit; lead and co-handlers; one after the other'),
    unitIds: Units('the lead, or a sequence in order'),
    coUnitIds: Type.Optional(Units('co-handlers 协办')),
    personId: Type.Optional(Nullable(ShortId())),
    ...basisFields
  }, commands.dispatch)
  on('forward', 'Forward, level by level', ['assignment.forward'],
    { unitId: ShortId(), personId: Type.Optional(Nullable(ShortId())), remark: Type.Optional(SafeText()) }, commands.forward)
  on('sign', 'Sign for it 签收', ['assignment.sign'], {}, commands.sign)
  on('return', 'Ask for return 申请退单', ['assignment.return'], { ...WithReason, evidence: Type.Optional(SafeText()) },
    commands.requestReturn)
  on('approve-return', 'Agree to the return and reassign 改派', ['return.approve'],
    { unitId: ShortId(), ...basisFields, decision: Type.Optional(SafeText()) }, commands.approveReturn)
  on('refuse-return', 'Refuse the return 驳回', ['return.refuse'], { decision: Reason({ minLength: 1 }) }, commands.refuseReturn)
}

function handle (on: CommandRoutes, commands: OrderCommands): void {
  on('arrive', 'On the spot 到场', ['handling.arrive'], { longitude: Longitude, latitude: Latitude }, commands.arrive)
  on(
    'start',
    'Begin handling 处置',
    ['handling.start'],
    {
      stage: Type.Optional(OneOf(['service', 'management', 'enforcement'])),
      noVisitReason: Type.Optional(SafeLine({ description: 'needed when a due visit is left out' }))
    },
    commands.start
  )
  on('request-help', 'Ask the next level to coordinate 请求协调', ['help.request'],
    { ...WithReason, level: Type.Integer({ minimum: 1, maximum: 3 }) }, commands.requestHelp)
  on(
    'resolve-help',
    'Decide after coordination; a sub-centre at the first rung, among its own units',
    ['help.resolve'],
    { unitId: ShortId(), coUnitIds: Type.Optional(Units('co-handlers')), ...basisFields, decision: Type.Optional(SafeText()) },
    commands.resolveHelp
  )
}

/** 延期: more time. */
function extend (on: CommandRoutes, commands: OrderCommands): void {
  on('request-extension', 'Ask for more time 延期, before it is up', ['extension.request'], {
    ...WithReason,
    until: MomentInput('when it is to be done')
  }, async (tx, actor, { until, ...input }) => await commands.requestExtension(tx, actor, { ...input, until: new Date(until) }))
  on('grant-extension', 'Grant the extension', ['extension.grant'], {
    until: Type.Optional(MomentInput('default: as asked for')),
    decision: Type.Optional(SafeText())
  }, async (tx, actor, { until, ...input }) =>
    await commands.grantExtension(tx, actor, { ...input, ...(until === undefined ? {} : { until: new Date(until) }) }))
  on('refuse-extension', 'Refuse the extension', ['extension.refuse'], { decision: Reason({ minLength: 1 }) }, commands.refuseExtension)
}

/** 派单异议: it is not ours. */
function object (on: CommandRoutes, commands: OrderCommands): void {
  on('object', 'Object to having it 派单异议, with the evidence; the order goes on meanwhile', ['objection.ask'], {
    code: OneOf(objectionCodes, '不属职责 不属辖区 权属不符 分类有误 目录与法规不符'),
    ...WithReason,
    evidence: Reason({ minLength: 1, description: 'the paper, with article or number' })
  }, commands.object)
  on('uphold-objection', 'Uphold the objection: another unit leads', ['objection.uphold'],
    { unitId: ShortId(), ...basisFields, decision: Reason({ minLength: 1 }) }, commands.upholdObjection)
  on('refuse-objection', 'Refuse the objection: the unit keeps the order', ['objection.refuse'], { decision: Reason({ minLength: 1 }) },
    commands.refuseObjection)
}

/** 挂账: it cannot be done now. */
function park (on: CommandRoutes, commands: OrderCommands): void {
  on('park', 'Ask that it be parked 挂账, or for more time; its clock goes on until that is approved', ['park.ask'], {
    reason: OneOf(parkingReasons, '历史遗留 政策 工程周期 诉讼'),
    plan: Reason({ minLength: 1, description: 'what is done meanwhile, and what has to happen' }),
    leaderId: ShortId('the person of the directory who answers for it, of the unit or of one above it'),
    until: MomentInput('the day it comes back by itself')
  }, async (tx, actor, { until, ...input }) => await commands.park(tx, actor, { ...input, until: new Date(until) }))
  on('approve-parking', 'Approve the parking, one level above the unit; its complainants are sent a text', ['park.approve'],
    { decision: Type.Optional(SafeText()) }, commands.approveParking)
  on('refuse-parking', 'Refuse the parking', ['park.refuse'], { decision: Reason({ minLength: 1 }) }, commands.refuseParking)
  on('object-to-parking', 'A complainant objects to the parking: the district centre has it from then on', ['park.object'], WithReason,
    commands.objectToParking)
  on('end-parking', 'End the parking before its day: the clock of handling goes on', ['park.end'], WithReason, commands.endParking)
}

function report (on: CommandRoutes, commands: OrderCommands): void {
  on('report', 'Report 反馈', ['handling.report', 'assignment.hand-over'],
    {
      text: Reason({ minLength: 1, maxLength: 10_000 }),
      result: Type.Optional(OneOf(closingResults)),
      reply: Type.Optional(Reason({ minLength: 1, description: 'draft of the answer to the citizen 答复内容' }))
    }, commands.report)
  on('accept-report', 'Accept the report', ['report.accept'], { remark: Type.Optional(SafeText()) }, commands.acceptReport)
  on('send-back', 'Send the report back 退回补充', ['report.send-back'], WithReason, commands.sendBack)
  on('draft-answer', 'Write the answer to the citizen 拟答复; it waits for its review', ['answer.draft'],
    { reply: Reason({ minLength: 1 }) }, commands.draftAnswer)
  on('review-answer', 'Review the answer 审核答复, never one\'s own; accepting a report does the same with its draft', ['answer.review'], {},
    commands.reviewAnswer)
  on('co-sign', 'A co-handler signs', ['co.sign'], {}, commands.coSign)
  on('co-arrive', 'A co-handler is on the spot', ['co.arrive'], {}, commands.coArrive)
  on('co-report', 'A co-handler reports', ['co.report'], { text: Reason({ minLength: 1, maxLength: 10_000 }) }, commands.coReport)
}

/** Spot check, conditions, closing, and what opens it again. */
function close (on: CommandRoutes, commands: OrderCommands): void {
  on('verify', 'Verified on the spot 现场核实', ['verification.pass', 'verification.fail'],
    { passed: Type.Boolean(), remarks: Type.Optional(SafeText()), photo: Type.Optional(Nullable(SafeLine())) }, commands.verify)
  on('checks', 'Decide what must be there before closing 结案条件', ['checks.decide'], {
    verification: Type.Optional(OneOf(checkDecisions, 'the spot check, while it waits')),
    callback: Type.Optional(OneOf(checkDecisions, 'the callback, while it waits; a bad answer is never waived')),
    ...WithReason
  }, commands.decideChecks)
  on('close', 'Close 结案', ['case.close'], { result: Type.Optional(OneOf(closingResults)) }, commands.close)
  on('rework', 'Back to the unit 返工重办', ['case.rework'],
    { ...WithReason, hold: Type.Optional(Type.Boolean({ description: 'a dispatcher decides which unit gets it' })) }, commands.rework)
  on('reopen', 'Reopen 复核重启', ['case.reopen'], { ...WithReason, hold: Type.Optional(Type.Boolean()) }, commands.reopen)
}
