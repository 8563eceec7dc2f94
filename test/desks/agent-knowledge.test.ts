import type { Page } from 'playwright-core'
import t from 'tap'
import { until } from '../../src/servers/until.ts'
import { startStack } from '../harness/stack.ts'
import { step, textsAbout } from '../harness/order-story.ts'
import { cannotTryDesks, openDesks } from './browser.ts'

async function picture (page: Page, name: string): Promise<void> {
  if (process.env.DESK_SHOTS) await page.screenshot({ path: `${process.env.DESK_SHOTS}/${name}.png` })
}

t.test('while it rings the agent sees what is open; answers from the knowledge base, sends it, urges and attaches, by keyboard', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '30' } })
  const other = await stack.as('8003')
  const lamp = await other.post<{ id: string, number: string }>('/api/work-orders', {
    channel: 'HOTLINE_962000', requestType: 'HELP', categoryCode: '0102', title: '沪闵路路灯不亮', place: '莘庄镇 沪闵路 100 号', townId: 'T01', complainantName: '王女士', complainantNumber: '13900001077', file: true
  })
  await step(stack, 'dispatcher', lamp.id, 'dispatch', { mode: 'single', unitIds: ['D23'], basis: 'statutory' })
  const outage = await other.post<{ id: string, number: string }>('/api/work-orders', { channel: 'HOTLINE_962000', requestType: 'HELP', categoryCode: '1604', title: '莘庄镇大面积停电', place: '莘庄镇 莘松路', townId: 'T01', complainantNumber: '13900001088', file: true })

  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001')
  const state = async (name: string): Promise<void> => { await page.locator(`.phone-state.${name}`).waitFor() }
  await page.getByText('网页话机').waitFor()
  await page.keyboard.press('Alt+i')
  await state('ready')

  // It rings: nobody has typed anything yet.
  const first = await stack.network.dial({ from: '13900001077', to: '962000' })
  await state('ringing')
  const caller = page.getByRole('region', { name: '来电人' })
  await caller.getByText('13900001077').waitFor()
  await caller.getByText('沪闵路路灯不亮').waitFor()
  await caller.getByText('莘庄镇 沪闵路 100 号').waitFor()
  await caller.getByText('莘庄镇大面积停电').waitFor()
  await page.locator('.phone-state.ringing').waitFor()
  await picture(page, 'agent-ringing-known-caller')

  await page.keyboard.press('F2')
  await state('talking')
  await first.isAnswered()
  await page.getByText('草稿已保存').waitFor()
  await page.keyboard.press('Alt+l')
  t.equal(await page.locator('#f-place').inputValue(), '莘庄镇 沪闵路 100 号', 'where he was last time, with one key')

  // Asked, read, sent and told without a hand leaving the keyboard.
  await page.keyboard.press('Alt+q')
  await page.keyboard.insertText('孩子幼升小要准备什么')
  const found = page.getByRole('option', { selected: true })
  await found.getByText('外来随迁子女小学入学要准备什么').waitFor()
  await page.locator('.knowledge .words').getByText('父母一方在有效期内的居住证').waitFor()
  await picture(page, 'agent-knowledge')
  await page.keyboard.press('Alt+t')
  const text = page.getByRole('dialog')
  await text.getByText('139****1077').waitFor()
  const exact = await text.locator('blockquote').innerText()
  t.match(exact, /^【闵行962000】随迁子女上小学请备/)
  await page.keyboard.press('Control+Enter')
  t.same(await stack.db.query('select 1 from sms_message where key like \'answer:%\''), [], 'nothing is sent before the caller has agreed')
  await text.getByLabel('来电人同意接收短信').focus()
  await page.keyboard.press('Space')
  await picture(page, 'agent-text-message')
  await page.keyboard.press('Control+Enter')
  await text.waitFor({ state: 'detached' })
  await page.keyboard.press('Alt+a')
  await page.getByRole('dialog').getByText('K001').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('已直接答复，工单号').waitFor()
  const number = await page.locator('.done .figure').innerText()
  const [answered] = await stack.db.query<{ id: string, state: string, title: string, category: string, article: string }>(`select o.id, o.state, o.title, o.category_code category, e.detail->>'article' article
    from work_order o join order_event e on e.order_id = o.id and e.kind = 'intake.answer' where o.number = $1`, [number])
  t.match(answered, { state: 'ANSWERED', title: '外来随迁子女小学入学要准备什么', category: '1504', article: 'K001' })
  t.match(await textsAbout(stack, answered?.id ?? ''), [{ body: exact }], 'the very text that was shown')
  await first.hangsUp()
  await state('wrap-up')
  await page.keyboard.press('Alt+r')
  await state('ready')

  // The same citizen again, about the lamp: one key while it rings.
  const second = await stack.network.dial({ from: '13900001077', to: '962000' })
  await state('ringing')
  await caller.getByText('沪闵路路灯不亮').waitFor()
  await page.keyboard.press('Alt+u')
  await page.getByText('已催办工单').waitFor()
  t.equal(await page.locator('.done .figure').innerText(), lamp.number)
  await until(async () => (await textsAbout(stack, lamp.id)).some(m => m.key.startsWith('urge')), { what: 'whoever has the order is told' })
  const [link] = await stack.db.query('select role from call_work_order where order_id = $1', [lamp.id])
  t.match(link, { role: 'reminder' })
  await page.keyboard.press('F2')
  await state('talking')
  await second.hangsUp()
  await state('wrap-up')
  await until(async () => (await stack.db.query('select 1 from call where disposition = \'answered\'')).length === 2, { what: 'the wrap-up is said by what became of the call' })
  await picture(page, 'agent-urged')
  await page.keyboard.press('Alt+r')
  await state('ready')

  // Somebody else about the outage: he joins the event's complainants.
  const third = await stack.network.dial({ from: '13900001099', to: '962000' })
  await state('ringing')
  await caller.getByText('莘庄镇大面积停电').waitFor()
  await page.keyboard.press('Alt+g')
  await page.getByText('已附到工单').waitFor()
  t.equal(await page.locator('.done .figure').innerText(), outage.number)
  t.match(await stack.db.query('select wants_callback, number_sealed is not null as known from co_complainant where order_id = $1', [outage.id]), [{ wants_callback: true, known: true }])
  await third.hangsUp()
  t.same(desks.outside, [], 'no request leaves the machine')
})
