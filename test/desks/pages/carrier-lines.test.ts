import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { addTrunk, changeTrunk, trunksOf } from '../../harness/stories/trunks.ts'
import { startDeafCarrier } from '../../harness/telephones/deaf-carrier.ts'
import { cannotTryDesks, openDesks, picture, rowOf, seriousOn } from '../browser.ts'

t.test('an administrator keeps the lines to the carriers', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { TRUNK_QUALIFY_SECONDS: '1', EMERGENCY_RING_SECONDS: '3' } })
  const { sit } = await openDesks(t, stack)
  const api = await stack.as('admin')
  const page = await sit('admin', { path: '/admin?tab=trunks', viewport: { width: 1366, height: 768 } })
  const dialog = page.getByRole('dialog')
  const row = (name: string) => rowOf(page, name)
  await row('运营商线路').getByText('有应答').waitFor()

  await t.test('adds one; what is not right is said at its field', async t => {
    await page.getByRole('button', { name: /新\s?增/ }).click()
    await dialog.getByLabel('名称').fill('备用线路')
    await dialog.getByLabel('地址').fill(`${stack.pbx.config.sip.host}:${stack.pbx.config.sip.port}`)
    await dialog.getByLabel('主叫号码').fill('962000')
    await dialog.getByLabel('路数', { exact: true }).fill('30')
    await dialog.getByRole('button', { name: /保\s?存/ }).click()
    await page.getByText('这是本系统自己的地址').waitFor()
    await dialog.locator('.ant-form-item', { hasText: '地址' }).getByText('这一项不符合要求').waitFor()
    await dialog.getByLabel('地址').fill('127.0.0.9:5060')
    await dialog.getByLabel('来电还来自').fill('10.8.0.0/99')
    await dialog.getByRole('button', { name: /保\s?存/ }).click()
    await dialog.locator('.ant-form-item', { hasText: '来电还来自' }).getByText('这一项不符合要求').waitFor()
    await dialog.getByLabel('来电还来自').fill('10.8.0.0/16,10.9.0.1')
    await dialog.getByRole('button', { name: /保\s?存/ }).click()
    await row('备用线路').getByText('无应答').waitFor()
    t.match(await trunksOf(api), [
      { id: 'trunk', channels: 60, sources: '' },
      { id: 'trunk2', name: '备用线路', channels: 30, sources: '10.8.0.0/16, 10.9.0.1', edgeCallsPerSecond: 30, remainInDialog: false }
    ])
  })

  await t.test('changes it; what takes a restart is said', async t => {
    await row('备用线路').getByRole('button', { name: /修\s?改/ }).click()
    await dialog.getByLabel('路数', { exact: true }).fill('25')
    await dialog.getByLabel('按键').click()
    await page.locator('.ant-select-item-option', { hasText: '只用 SIP INFO' }).click()
    await dialog.getByRole('button', { name: /保\s?存/ }).click()
    await row('备用线路').getByText('按键方式重启后生效').waitFor()
    t.equal((await trunksOf(api)).find(one => one.id === 'trunk2')?.channels, 25)
  })

  await t.test('disables it; the last one stays', async t => {
    await row('备用线路').getByRole('button', { name: /停\s?用/ }).click()
    await page.locator('.ant-modal-confirm').getByRole('button', { name: /确\s?定/ }).click()
    await row('备用线路').getByText('已停用').waitFor()
    await row('运营商线路').getByRole('button', { name: /停\s?用/ }).click()
    await page.locator('.ant-modal-confirm').getByRole('button', { name: /确\s?定/ }).click()
    await page.getByText('这是最后一条能呼出的线路').waitFor()
    t.match((await trunksOf(api)).map(one => one.enabled), [true, false])
  })

  await t.test('every control is named, and it can be used on a telephone', async t => {
    await picture(page, 'admin-trunks-1366-zh')
    t.same(await seriousOn(page), [])
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, 'admin-trunks-390-zh')
    t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1), 'the page does not scroll sideways')
    await page.setViewportSize({ width: 1366, height: 768 })
  })

  await t.test('removes what was never used', async t => {
    await row('备用线路').getByRole('button', { name: /删\s?除/ }).click()
    await page.locator('.ant-modal-confirm').getByRole('button', { name: /确\s?定/ }).click()
    await row('备用线路').waitFor({ state: 'detached' })
    t.equal((await trunksOf(api)).length, 1)
  })

  await t.test('says of a carrier that takes no call what is wrong', async () => {
    const { address: { host, port } } = await startDeafCarrier(t, '127.0.0.9')
    await changeTrunk(api, 'trunk', { priority: 2 })
    await addTrunk(api, { name: '新线路', address: `${host}:${port}`, priority: 1 })
    await row('新线路').getByText('有应答').waitFor()
    await (await stack.as('coordinator 8201')).post('/api/incidents', {
      members: ['13900001021', '13900001022'].map(number => ({ name: number.slice(-4), number })),
      title: '点名',
      reason: '演习',
      mode: 'simultaneous'
    })
    await row('新线路').getByText('最近 2 次呼出，运营商都没有任何反应').waitFor({ timeout: 30_000 })
    await picture(page, 'admin-trunks-no-call-zh')
  })
})
