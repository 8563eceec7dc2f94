import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { handledBy, orderBecomes, stalls, step, textsAbout, theOrder } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture, seriousOn, shareOnScreen } from '../browser.ts'

const phone = { width: 390, height: 844 }
const title = '早点摊占道，学校门口'
const ok = async (page: Page): Promise<void> => { await page.locator('.ant-modal-footer .ant-btn-primary').click() }
const stands = async (page: Page, word: string): Promise<void> => {
  await page.locator('.order-page header .state-word').filter({ hasText: word }).first().waitFor()
}
const press = async (page: Page, name: RegExp): Promise<void> => { await page.getByRole('button', { name }).first().click() }
const photo = async (shade: string): Promise<{ name: string, mimeType: string, buffer: Buffer }> =>
  ({
    name: 'IMG.jpg',
    mimeType: 'image/jpeg',
    buffer: await sharp({ create: { width: 1600, height: 1200, channels: 3, background: shade } }).jpeg().toBuffer()
  })

t.test('the unit on the street, the board, the sub-centre and the verifier, each in the page', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const desks = await openDesks(t, stack)
  const agent = await stack.as('8003')
  const { id } = await agent.post<{ id: string }>('/api/work-orders',
    { ...stalls, title, complainantNumber: '13900001021', longitude: 121.381, latitude: 31.1105 })
  await step(stack, 'dispatcher', id, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })

  const unit = await desks.sit('t01-cgzd', { path: '/unit', viewport: phone })
  await unit.getByText(title).first().click()
  await press(unit, /^签收/)
  await stands(unit, '已签收')
  // The position is taken on arrival, not when the order was opened.
  await press(unit, /^到场/)
  await unit.getByText('121.38, 31.11').waitFor()
  await unit.keyboard.press('Escape')
  await unit.getByRole('dialog').waitFor({ state: 'detached' })
  await unit.context().setGeolocation(null)
  await press(unit, /^到场/)
  await unit.getByText('取不到位置').waitFor()
  t.equal(await unit.getByText('121.38, 31.11').count(), 0, 'no position of before')
  await unit.context().setGeolocation({ longitude: 121.38, latitude: 31.11 })
  await press(unit, /^取当前位置/)
  await unit.getByText('121.38, 31.11').waitFor()
  t.equal(await unit.locator('.camera input').getAttribute('capture'), 'environment', 'a telephone opens its camera')
  await unit.locator('.camera input').setInputFiles(await photo('#557799'))
  await unit.locator('.photo-taker li:not(.on-the-way):not(.failed) img').waitFor()
  t.same(await seriousOn(unit), [], 'the dialogue with photos is accessible')
  await ok(unit)
  await stands(unit, '已到场')
  await unit.getByText('到场位置 121.38, 31.11').waitFor()
  await press(unit, /^开始处置/)
  await ok(unit)
  await stands(unit, '处置中')

  // The handler rings the citizen: first the handler's own telephone, then the citizen's.
  const [own] = await stack.db.query<{ mobile: string }>('select mobile from person where id = \'R-T01-CGZD\'')
  const mobile = (own?.mobile ?? '').replace('+86', '')
  await stack.network.number(mobile, 'answer|wait 1|press 1|stay')
  await stack.network.number('13900001021', 'answer|wait 2|hangup')
  await press(unit, /^联系市民/)
  const told = unit.locator('.ant-message-notice', { hasText: '接起后按 1' })
  await until(async () => await shareOnScreen(told) > 0.99, { what: 'a long sentence told in passing stands whole on the telephone' })
  await (await stack.network.rung('13900001021')).isAnswered()
  await orderBecomes(stack, id, o => o.calls.some(c => c.role === 'first_contact'))
  t.equal(stack.network.ringsOf(mobile).length, 1)
  await (await stack.network.rung(mobile)).isOver()

  await press(unit, /^申请延期/)
  await press(unit, /^\+3/)
  await unit.getByLabel('理由').fill('要会同市场监管所')
  await ok(unit)
  await unit.locator('.order-page header').getByText('待定延期').waitFor()
  await picture(unit, 'unit-extension')

  const board = await desks.sit('dispatcher', { path: '/dispatch?view=extensions' })
  await board.locator('.order-row').filter({ hasText: title }).click()
  // Text typed for one decision is not kept for the next.
  await press(board, /^同意延期/)
  await press(board, /^\+1/)
  await board.keyboard.press('Escape')
  await board.getByRole('dialog').waitFor({ state: 'detached' })
  await press(board, /^不同意延期/)
  await board.getByLabel('决定').fill('写明会同谁')
  await ok(board)
  await unit.locator('.order-page header').getByText('待定延期').waitFor({ state: 'detached' })
  await press(unit, /^申请延期/)
  await press(unit, /^\+3/)
  await unit.getByLabel('理由').fill('要会同市场监管所，已约周三')
  await ok(unit)
  await board.getByText('已约周三').first().waitFor()
  await press(board, /^同意延期/)
  await ok(board)
  await board.locator('.order-row').filter({ hasText: title }).waitFor({ state: 'detached' })
  await unit.getByText('经同意延期72小时').waitFor()
  const due = (await theOrder(stack, id)).deadlines.find(d => d.kind === 'handling')
  t.equal(Date.parse(due?.dueAt ?? '') - Date.parse(due?.startedAt ?? ''), (168 + 72) * 3_600_000, 'three days more')

  // The board urges all marked orders and shows the result.
  await board.goto(`${stack.service.address()}/dispatch?view=open&unitId=T01-CGZD`)
  const row = board.locator('.order-row').filter({ hasText: title })
  await row.click()
  await board.locator('.order-page header').waitFor()
  await board.keyboard.press('Alt+v')
  await row.locator('.mark.on').waitFor()
  t.same(await seriousOn(board), [], 'the board with marks is accessible')
  await board.keyboard.press('Alt+u')
  await board.getByLabel('理由').fill('月底清理')
  await ok(board)
  await board.getByText('已催办 1').waitFor()
  await picture(board, 'dispatch-urged')
  await unit.locator('.order-page header').getByText('催办').waitFor()
  t.equal((await textsAbout(stack, id)).filter(m => m.body.includes('被催办')).length, 1)

  // The page is lost while the camera is open, and the first photo has no network: no typed text is lost.
  await press(unit, /^反馈/)
  await unit.getByLabel('办理情况').fill('已劝离摊主，恢复通行。')
  await unit.reload()
  await press(unit, /^反馈/)
  t.equal(await unit.getByLabel('办理情况').inputValue(), '已劝离摊主，恢复通行。')
  await unit.route('**/photos?purpose=report', async route => { await route.abort() }, { times: 1 })
  await unit.locator('.camera input').setInputFiles(await photo('#336655'))
  await unit.locator('.photo-taker .failed').waitFor()
  t.ok(await unit.getByRole('button', { name: '照片没有传上' }).isDisabled(), 'nothing is handed in without the photo that failed')
  await unit.keyboard.press('Escape')
  const leaving = unit.locator('.ant-modal-confirm')
  await leaving.locator('.ant-modal-confirm-title', { hasText: '有 1 张照片还没有传上' }).waitFor()
  await leaving.getByRole('button', { name: /取\s?消/ }).click()
  await leaving.waitFor({ state: 'detached' })
  await press(unit, /^重传/)
  await unit.locator('.photo-taker .failed').waitFor({ state: 'detached' })
  await unit.locator('.photo-taker img').waitFor()
  await picture(unit, 'unit-report')
  await ok(unit)
  await stands(unit, '已反馈')

  const subcentre = await desks.sit('t01', { path: '/unit?view=report', viewport: phone })
  await subcentre.getByText(title).first().click()
  await subcentre.getByText('已劝离摊主').first().waitFor()
  await subcentre.locator('.picture').last().click()
  await until(
    async () => await subcentre.locator('.full-photo').evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth) === 1600,
    { what: 'the photo in full' }
  )
  await subcentre.keyboard.press('Escape')
  await press(subcentre, /^退回补充/)
  await subcentre.getByLabel('理由').fill('照片看不出门口')
  await ok(subcentre)
  await stands(unit, '处置中')
  await unit.getByText('照片看不出门口').waitFor()
  await press(unit, /^反馈/)
  t.equal(await unit.getByLabel('办理情况').inputValue(), '', 'a report handed in is not offered again')
  await unit.getByLabel('办理情况').fill('补拍门口，已无摊位。')
  await unit.getByLabel(/^答复市民/).fill('早点摊已劝离，谢谢您的来电。')
  await ok(unit)
  const answerOn = (page: Page): Locator => page.getByRole('region', { name: '答复内容' })
  await answerOn(unit).getByText('待审核').waitFor()
  await press(subcentre, /^采纳反馈/)
  await ok(subcentre)
  await answerOn(subcentre).getByText('已审核', { exact: true }).waitFor()
  await answerOn(subcentre).getByText('早点摊已劝离').waitFor()
  t.equal(await subcentre.getByText('能看诉求原文的人可看；审核后答复市民').count(), 1, 'the answer names its readers')
  t.match(await subcentre.locator('.viewer-mark').getAttribute('data-words'), /^t01 \d{4}-\d\d-\d\d \d\d:\d\d$/,
    'who looks, and the minute, stand over the page')

  const verifier = await desks.sit('verifier', { path: '/verify', viewport: phone })
  await verifier.locator('.order-row').filter({ hasText: '莘建东路' }).click()
  t.same(await seriousOn(verifier), [], 'the verifier\'s page is accessible')
  await press(verifier, /^核查不通过/)
  await verifier.locator('.camera input').setInputFiles(await photo('#884422'))
  await verifier.locator('.photo-taker li:not(.on-the-way):not(.failed) img').waitFor()
  await verifier.getByLabel('核查情况').fill('早上七点仍有四个摊位')
  await picture(verifier, 'verify-failed')
  await ok(verifier)
  await verifier.getByText('核查结果已记录').waitFor()
  await orderBecomes(stack, id, o => o.state === 'DISPATCHED' && o.cycle === 2)
  await verifier.locator('.order-row').filter({ hasText: '莘建东路' }).waitFor({ state: 'detached' })

  await handledBy(stack, 't01-cgzd', 't01', id)
  await verifier.goto(`${stack.service.address()}/verify?order=${id}`)
  await press(verifier, /^核查通过/)
  await verifier.getByLabel('核查情况').fill('已清')
  await ok(verifier)
  await orderBecomes(stack, id, o => o.verificationStatus === 'PASSED')
  await press(verifier, /^English/)
  await verifier.getByText('No spot to check').waitFor()
  t.same(desks.outside, [], 'no request leaves the machine')
})
