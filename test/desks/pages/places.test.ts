import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture, seriousOn } from '../browser.ts'

const square = (x: number, y: number, side: number): number[][][] =>
  [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]
const feature = (id: string, coordinates: number[][][], over: object = {}): object => ({
  type: 'Feature',
  properties: { id, level: 'district', name: id, validFrom: '2020-01-01', fid: 7, ...over },
  geometry: { type: 'Polygon', coordinates }
})
const file = (...features: object[]): { name: string, mimeType: string, buffer: Buffer } =>
  ({ name: 'areas.geojson', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })) })

t.test('a place is found as it is typed and pinned; areas come from a file, its faults are drawn', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const desks = await openDesks(t, stack)

  await t.test('the agent types letters, takes the road, moves the pin, and files', async t => {
    const page = await desks.sit('8001')
    await page.getByRole('button', { name: /新建工单/ }).first().click()
    await page.locator('#f-title').fill('路灯不亮')
    await page.locator('#f-place').fill('xjdl')
    await page.locator('.ant-select-item-option', { hasText: '莘建东路' }).first().click()
    t.equal(await page.locator('#f-place').inputValue(), '莘建东路')
    await page.getByText(/已标点：莘庄镇/).waitFor()
    await page.locator('#f-place').fill('沪星路')
    await page.getByText(/已标点/).waitFor({ state: 'detached' })
    await page.locator('#f-place').fill('莘建东路')
    await page.locator('.ant-select-item-option', { hasText: '莘建东路' }).first().click()
    await page.getByText(/已标点：莘庄镇/).waitFor()

    await page.getByRole('button', { name: /^地\s?图$/ }).click()
    const map = page.locator('.ant-modal .district-map')
    await until(async () => Number(await map.getAttribute('data-areas')) === 14, { what: 'the towns are drawn' })
    await page.getByText('示意图，不作定界依据').waitFor()
    const before = await map.getAttribute('data-pin')
    const box = await map.boundingBox() ?? { x: 0, y: 0, width: 0, height: 0 }
    await page.mouse.click(box.x + box.width / 2 + 20, box.y + box.height / 2 + 10)
    await until(async () => await map.getAttribute('data-pin') !== before, { what: 'the pin moves' })
    t.same(await seriousOn(page), [], 'the map can be used by everybody')
    await picture(page, 'agent-pin-on-map')
    await map.focus()
    await page.keyboard.press('Enter')
    const pin = await map.getAttribute('data-pin')
    await page.locator('.ant-modal-footer .ant-btn-primary').click()

    await page.locator('.ant-modal').waitFor({ state: 'detached' })
    for (const [field, word] of [['#f-type', '求助'], ['#f-category', '路灯']] as const) {
      await page.locator(field).fill(word)
      await page.locator('.ant-select-item-option', { hasText: word }).first().click()
    }
    await picture(page, 'agent-pinned')
    await page.keyboard.press('Control+Enter')
    await page.locator('.done .figure').waitFor()
    const [row] = await stack.db.query<{ at: string, town: string }>(`select longitude || ',' || latitude as at, town_id as town
      from work_order where title = '路灯不亮'`)
    t.match(row, { at: pin, town: 'T01' }, 'the pin is the order\'s')
  })

  await t.test('its page shows the place and the way there; the cell comes soon', async t => {
    const page = await desks.sit('dispatcher', { path: '/dispatch' })
    await page.getByText('路灯不亮').first().click()
    const place = page.getByRole('region', { name: '位置' })
    await until(async () => await place.getByText(/网格 莘庄镇第/).count() > 0, { what: 'the order has its cell' })
    t.match(await place.getByRole('link', { name: '导航' }).getAttribute('href'), /^geo:31\.\d+,121\.\d+\?q=/)
    await until(async () => Number(await place.locator('.district-map').getAttribute('data-areas')) === 15, { what: 'the cell is drawn' })
  })

  await t.test('a file with a bow tie is refused, and drawn; mended it is entered', async t => {
    const page = await desks.sit('admin', { path: '/admin?tab=areas', viewport: { width: 1366, height: 768 } })
    const map = page.locator('.district-map')
    await until(async () => Number(await map.getAttribute('data-areas')) === 71, { what: 'the areas are drawn' })
    const tie = [[[122, 31], [122.1, 31.1], [122.1, 31], [122, 31.1], [122, 31]]]
    await page.locator('input[type=file]').setInputFiles(file(feature('E', tie)))
    await page.getByText('边界自己相交').waitFor()
    await page.getByText('122.05000, 31.05000').waitFor()
    t.equal(await page.getByRole('button', { name: /^写\s?入$/ }).isDisabled(), true)
    await picture(page, 'admin-areas-fault')
    t.same(await seriousOn(page), [])
    await page.locator('input[type=file]').setInputFiles(file(feature('E', square(122, 31, 0.1))))
    await page.getByText('将写入 1 行').waitFor()
    await page.getByRole('button', { name: /^写\s?入$/ }).click()
    await page.getByText('已写入 1 行').waitFor()
    await until(async () => Number(await map.getAttribute('data-areas')) === 72, { what: 'the new area is drawn' })
    await page.locator('input[type=file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('no json') })
    await page.getByText('这个文件不是 GeoJSON').waitFor()
  })
})
