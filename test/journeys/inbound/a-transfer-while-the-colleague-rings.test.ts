import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { CallDetail, CallSummary } from '../../../src/features/calls/call-queries.ts'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { sipTelephone } from '../../harness/telephones/sip-telephone.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { toneFile } from '../../harness/telephones/tone-file.ts'

t.setTimeout(280_000)

// What most desk telephones do when "transfer" is pressed before the colleague has answered: REFER with Replaces.
const { network, as, db, logins, pbx, service } = await startStack(t, { desks: ['8004'], settings: { WRAP_UP_SECONDS: '0' } })
const password = logins.find(l => l.extension === '8003')?.sipPassword ?? ''
const zhang = await sipTelephone(t, { extension: '8003', password, pbx: pbx.config.sip })
const liu = agent(network, '8004')

async function dials (code: string): Promise<void> {
  const line = await zhang.dial(code)
  await until(() => line.state === 'over', { what: `${code} is done` })
}

/** The citizen dials the hotline and is with 8003, who puts them on hold. */
async function onHold (caller: Awaited<ReturnType<typeof citizen>>) {
  const rung = zhang.timesRung() + 1
  await caller.dials('962000', { script: 'talk 440' })
  const line = await zhang.rung(rung)
  line.answer()
  await until(() => line.packets > 20, { what: '8003 hears the citizen' })
  line.hold()
  await until(() => line.answers.includes('INVITE 200'), { what: 'the citizen is on hold' })
  return { line, rung }
}

/** A citizen is with 8003, who dials 8004 and sends the citizen on while that telephone rings. */
async function sentToLiu (number: string) {
  await network.number('desk8004', 'ring')
  const nth = liu.timesRung() + 1
  const caller = await citizen(network, number)
  const { line, rung } = await onHold(caller)
  const asked = await zhang.dial('8004')
  const colleague = await network.rung('desk8004', nth)
  await until(() => asked.answers.includes('INVITE 180'), { what: '8003 hears that 8004 is rung' })
  await line.transferTo(asked)
  await until(() => asked.state === 'over', { what: 'the line that asked is let go' })
  line.hangUp()
  return { call: caller.call(), colleague, rung }
}

await dials('*81')

await t.test('the colleague declines: the agent gets the citizen back, as one call with one recording', async t => {
  const { call, colleague, rung } = await sentToLiu('13800138011')
  await colleague.does('busy')
  const back = await zhang.rung(rung + 1)
  back.answer()
  await until(() => back.packets > 50, { what: 'the agent hears the citizen again' })
  t.equal(call.endedAt, null, 'the citizen has not been hung up on')
  back.hangUp()
  await call.isOver()
  const calls = await until(async () => {
    const rows = await db.query(`select answered_by, ended_by, recording_bytes > 44 recorded, ended_at from call
      where merged_into is null and direction = 'inbound'`)
    return rows.every(row => row.ended_at !== null) && rows
  }, { what: 'the call has ended' })
  t.match(calls, [{ answered_by: '8003', ended_by: '8003', recorded: true }], 'one call')
})

await t.test('the colleague answers: from then on the call is the colleague\'s, with its verbs and a draft', async t => {
  const { call, colleague } = await sentToLiu('13800138012')
  const page = await as('agent 8004')
  const living = async (): Promise<CallSummary[]> =>
    (await page.get<{ items: CallSummary[] }>('/api/calls?limit=10')).items.filter(c => c.state !== 'ended')
  const [one] = await until(async () => {
    const calls = await living()
    return calls.length === 1 && calls
  }, { what: 'one call is left while the colleague is rung' })
  const path = `/api/calls/${one?.id ?? ''}`
  await colleague.does('answer|talk 880')
  await page.sees<CallDetail>(path, c => c.channels.some(x => x.extension === '8004' && x.answeredAt !== null && x.endedAt === null))
  t.match(await living(), [{ direction: 'inbound', state: 'talking', answeredBy: '8003' }], 'one call for both')
  const { orders: [draft] } = await page.sees<CallDetail>(path, c => c.orders.length === 1)
  t.match(await page.get(`/api/work-orders/${draft?.orderId ?? ''}`), { state: 'DRAFT' }, 'the colleague goes on with the draft')
  await page.post(`${path}/hold`)
  await page.sees<CallDetail>(path, c => c.state === 'held')
  await page.post(`${path}/retrieve`)
  const { timeline } = await page.sees<CallDetail>(path, c => c.state === 'talking')
  t.same(timeline.filter(e => e.kind === 'not-answered'), [], 'the dialling agent did not miss a call')
  await call.hangsUp()
  await colleague.isOver()
})

await t.test('the line put in the citizen\'s place had dialled a feature code: the citizen is given back, not let go', async t => {
  await until(() => zhang.isIdle(), { what: '8003 is idle' })
  for (const said of ['agent-paused', 'agent-not-signed-in']) writeFileSync(join(pbx.paths.soundsDir, `${said}.wav`), toneFile(880, 4))
  // While the agent is signed in, and after a sign-out in mid-call: two announcements.
  for (const [number, before, code] of [['13800138016', [], '*84'], ['13800138017', ['*82'], '*83']] as const) {
    const caller = await citizen(network, number)
    await dials('*83')
    const { line, rung } = await onHold(caller)
    for (const first of before) await dials(first)
    const asked = await zhang.dial(code)
    await until(() => asked.state === 'up', { what: `${code} is told something` })
    await line.transferTo(asked)
    const back = await zhang.rung(rung + 1)
    back.answer()
    await until(() => back.packets > 50, { what: 'the agent hears the citizen again' })
    t.equal(caller.call().endedAt, null, `${code}: the citizen has not been hung up on`)
    line.hangUp()
    back.hangUp()
    await caller.call().isOver()
    await until(() => zhang.isIdle(), { what: '8003 is idle' })
  }
  await dials('*81')
})

await t.test('with the service away', async t => {
  await service.kill()

  await t.test('the colleague declines and so does the agent: the citizen is first in the queue', async t => {
    const { call, colleague, rung } = await sentToLiu('13800138013')
    await dials('*84')
    await colleague.does('busy')
    const back = await zhang.rung(rung + 1)
    const later = await citizen(network, '13800138014')
    await later.dials('962000')
    back.decline()
    await until(async () => (await pbx.console('queue show hotline')).match(/PJSIP\/trunk/g)?.length === 2, { what: 'both of them wait' })
    await dials('*83')
    const again = await zhang.rung(rung + 2)
    again.answer()
    await until(() => again.packets > 20, { what: '8003 hears somebody' })
    again.hangUp()
    await call.isOver()
    t.equal(later.call().endedAt, null, 'a later caller still waits')
    await later.hangsUp()
  })

  await t.test('the colleague answers, and that telephone is gone: it gets the citizen back', async t => {
    await until(() => zhang.isIdle(), { what: '8003 is idle' })
    const { call, colleague } = await sentToLiu('13800138015')
    await colleague.does('answer|talk 880')
    t.ok(await hears(call, 880), 'the citizen hears the colleague')
    t.ok(await hears(colleague, 440), 'and the colleague the citizen')
    await network.number('desk8004', 'answer|stay')
    const nth = liu.timesRung() + 1
    await colleague.does('hangup 41')
    t.ok(await hears(await network.rung('desk8004', nth), 440), 'the colleague hears the citizen again')
    await call.hangsUp()
  })
})
