import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { standInProcess } from '../../harness/edge/edge-server.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { callsComeFrom } from '../../harness/stories/trunks.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { cannotTryDesks, openDesks, picture, seriousOn } from '../browser.ts'

const ours = '127.0.0.6'
const board = '13900001088'

await t.test('the floor shows each edge, and whom it turned away; a limit entered on the page holds at the edge',
  { skip: cannotTryDesks() }, async t => {
    const server = await standInProcess(t)
    const stack = await startStack(t, { desks: [], ownDatabase: true, settings: edgeSettings })
    const { pbx, postgres } = stack
    await callsComeFrom(await stack.as('admin'), ours)
    const { sit } = await openDesks(t, stack)
    const floor = await sit('8031', { path: '/supervise?tab=floor', viewport: { width: 1366, height: 768 } })
    await floor.locator('section[aria-label="坐席"]').waitFor()
    t.equal(await floor.locator('.edges').count(), 0, 'nothing without an edge')

    const edge = await edgeProcess(t, server, {
      DATABASE_URL: postgres?.url ?? '', EDGE_NAME: 'east', EDGE_NODES: nodesSetting([pbx])
    })
    await edge.says(/takes calls/)
    const east = floor.locator('[data-edge=east][data-state=working]')
    await east.locator('[data-node=pbx1]', { hasText: '接新来电' }).waitFor({ timeout: 20_000 })
    t.match(await east.innerText(), /分担 100%[^]*通话 0 路/)

    const [city, scanner] = [await startCarrier(t, ours, server.sip), await startCarrier(t, '127.0.0.7', server.sip)]
    for (let i = 0; i < 40; i++) scanner.call()
    const fourAtOnce = async (): Promise<number> => {
      const statuses = await Promise.all([1, 2, 3, 4].map(async () => await city.call({ from: board }).isDecided()))
      return statuses.filter(status => status === 200).length
    }
    t.equal(await fourAtOnce(), 3, 'calls of one number by default')
    await floor.locator('tr[data-reason=flood]', { hasText: '127.0.0.7' }).waitFor({ timeout: 20_000 })
    const refused = floor.locator('.edges')
    t.match(await refused.innerText(), /一小时内拒绝 41 次[^]*扫描，不予应答[^]*同一号码同时来电过多/)
    t.notMatch(await refused.innerText(), /1390000/, 'no number stands there')
    t.same(await seriousOn(floor), [])
    await picture(floor, 'supervise-edges')
    await floor.setViewportSize({ width: 390, height: 844 })
    await refused.scrollIntoViewIfNeeded()
    t.ok(await floor.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing is wider than a telephone')
    await picture(floor, 'supervise-edges-phone')
    await floor.setViewportSize({ width: 1366, height: 768 })

    await floor.getByRole('tab', { name: '拉黑号码' }).click()
    const limits = floor.getByRole('region', { name: '同时通话上限' })
    await limits.getByText('没有规定，按边缘的设置').waitFor()
    await limits.getByLabel('限制的号码').fill('139-0000-1088')
    await limits.getByLabel('谁的号码，为什么').fill('供电抢修调度台')
    await limits.getByRole('button', { name: /规 ?定/ }).click()
    await limits.locator('.ant-table-row', { hasText: '供电抢修调度台' }).getByText('不限').waitFor()
    t.match(await limits.innerText(), /139\*{4}1088/, 'the number is masked')
    await picture(floor, 'supervise-limits')
    await until(async () => await fourAtOnce() === 4, { what: 'the limit holds at the edge', everyMs: 1000 })
    await limits.getByRole('button', { name: /取 ?消/ }).click()
    await limits.getByText('没有规定，按边缘的设置').waitFor()
    await until(async () => await fourAtOnce() < 4, { what: 'and its end', everyMs: 1000 })

    await floor.getByRole('tab', { name: '现场' }).click()
    await edge.end()
    await floor.locator('[data-edge=east][data-state=draining]', { hasText: '已退出' }).waitFor({ timeout: 20_000 })
    await floor.getByRole('button', { name: 'English' }).click()
    await floor.getByText('signed off').waitFor()
  })
