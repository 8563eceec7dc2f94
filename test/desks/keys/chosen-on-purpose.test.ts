import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks } from '../browser.ts'

const mobile = (person: string): string => `139000001${person.slice(1)}`

t.test('nothing is chosen and nobody is rung but by Enter, a click or a key that says so', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { EMERGENCY_RING_SECONDS: '20', EMERGENCY_ATTEMPTS: '1' } })
  const { network } = stack
  const { sit } = await openDesks(t, stack)

  await t.test('Tab leaves a list of several choices: a role nobody chose is not given', async t => {
    const page = await sit('admin', { path: '/admin?tab=users' })
    await page.getByRole('tab', { name: '用户与角色' }).click()
    await page.getByRole('button', { name: /新\s?增/ }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('用户名').fill('lixin')
    await form.getByLabel('密码').fill('mei you ren zhi dao')
    await form.locator('#roles').focus()
    await page.keyboard.type('核查')
    await page.locator('.ant-select-item-option:visible').first().waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await until(async () => await page.evaluate(() => document.activeElement?.id) !== 'roles', { what: 'Tab leaves the field' })
    t.ok(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null), 'for the next one of the dialogue')
    await page.keyboard.press('Control+Enter')
    await form.waitFor({ state: 'hidden' })
    const admin = await stack.as('admin')
    const { items } = await admin.get<{ items: Array<{ login: string, roles: string[] }> }>('/api/users?limit=200')
    t.same(items.find(u => u.login === 'lixin')?.roles, ['VERIFIER'])
    await page.context().close()
  })

  await t.test('a person added to a running incident is rung by the key that names the number', async t => {
    for (const person of ['P20', 'P21', 'P24']) await network.number(mobile(person), 'ring')
    const coordinator = await stack.as('coordinator 8201')
    const { items } = await coordinator.get<{ items: Array<{ id: string, name: string }> }>('/api/directory/people')
    const named = (person: string): string => items.find(p => p.id === person)?.name ?? person
    const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
      title: '演练', reason: '演练', mode: 'simultaneous', members: [{ personId: 'P20' }]
    })
    const page = await sit('8201', { path: `/command/${incidentId}` })
    await page.locator(`.member[data-member="${named('P20')}"]`).waitFor()
    await page.keyboard.press('Alt+a')
    const field = page.getByRole('dialog').getByLabel('姓名（通讯录）')
    await field.fill(named('P21'))
    await page.locator('.ant-select-item-option:visible').first().waitFor()
    await page.keyboard.press('Tab')
    await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'detached' })
    await field.fill(named('P24'))
    await page.locator('.ant-select-item-option:visible').first().waitFor()
    await page.keyboard.press('Enter')
    const chosen = page.locator('.chosen-person')
    await chosen.getByText(mobile('P24')).waitFor()
    t.match(await chosen.innerText(), named('P24'))
    t.equal(await page.locator('.member').count(), 1, 'to choose is not to dial')
    await chosen.getByRole('button', { name: '加入并拨打' }).click()
    await page.locator(`.member[data-member="${named('P24')}"]`).waitFor()
    await until(() => network.ringsOf(mobile('P24')).length === 1, { what: 'the chosen person is rung' })
    t.same([await page.locator('.member').count(), network.ringsOf(mobile('P21')).length], [2, 0], 'and nobody else')
    await page.context().close()
  })
})
