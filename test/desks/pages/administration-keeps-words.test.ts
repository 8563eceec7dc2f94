import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks } from '../browser.ts'

t.test('text typed in a register or an article outlives a reload, in the own tab, until it is saved or its person signs out', {
  skip: cannotTryDesks()
}, async t => {
  const stack = await startStack(t, { desks: [] })
  const { sit } = await openDesks(t, stack)
  const page = await sit('admin', { path: '/admin?tab=people', signIn: true })
  const dialogue = page.getByRole('dialog')
  const field = (name: string) => dialogue.getByLabel(name, { exact: true })
  const opens = async (button: string | RegExp, first: string): Promise<void> => {
    await page.getByRole('button', { name: button }).first().click()
    await field(first).waitFor()
  }
  const add = /^新\s*增$/
  const shows = async (name: string, value: string): Promise<void> => {
    await page.waitForFunction(wanted => [...document.querySelectorAll<HTMLInputElement>('[role=dialog] :is(input, textarea)')]
      .some(input => input.value === wanted), value)
    t.equal(await field(name).inputValue(), value)
  }
  const ofThisTab = async (): Promise<string> => await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))

  await t.test('a new entry, and a changed one', async t => {
    await opens(add, '编号')
    await field('编号').fill('P900')
    await field('人员').fill('欧阳先生')
    await page.reload()
    await opens(add, '编号')
    await shows('人员', '欧阳先生')
    t.equal(await field('编号').inputValue(), 'P900')
    await field('职务').fill('主任')
    await page.keyboard.press('Control+Enter')
    await dialogue.waitFor({ state: 'hidden' })
    t.notMatch(await ofThisTab(), /欧阳先生/, 'saved: it is not kept any more')
    const admin = await stack.as('admin')
    interface Person { id: string, name: string, title: string }
    const person = async (): Promise<Person | undefined> =>
      (await admin.get<{ items: Person[] }>('/api/directory/people')).items.find(p => p.id === 'P900')
    t.match(await person(), { name: '欧阳先生', title: '主任' })

    const change = async (): Promise<void> => {
      await page.locator('tr', { hasText: 'P900' }).getByRole('button', { name: /修\s*改/ }).click()
      await field('职务').waitFor()
    }
    await page.getByPlaceholder('查找').fill('P900')
    await change()
    await field('职务').fill('副主任')
    await page.reload()
    await page.getByPlaceholder('查找').fill('P900')
    await change()
    await shows('职务', '副主任')
    await page.keyboard.press('Control+Enter')
    await dialogue.waitFor({ state: 'hidden' })
    t.match(await person(), { title: '副主任' }, 'text typed before the reload is sent')
  })

  await t.test('what another administrator changed in the same field meanwhile is asked about', async t => {
    const admin = await stack.as('admin')
    const title = async (): Promise<string | undefined> =>
      (await admin.get<{ items: Array<{ id: string, title: string }> }>('/api/directory/people')).items.find(p => p.id === 'P900')?.title
    const change = async (): Promise<void> => {
      await page.getByPlaceholder('查找').fill('P900')
      await page.locator('tr', { hasText: 'P900' }).getByRole('button', { name: /修\s*改/ }).click()
      await field('职务').waitFor()
    }
    for (const [mine, theirs, decision, kept] of [
      ['调研员', '科长', '用我的', '调研员'], ['巡视员', '处长', '用对方的', '处长']
    ] as const) {
      await change()
      await field('职务').fill(mine)
      await admin.patch('/api/directory/people/P900', { title: theirs })
      await page.reload()
      await change()
      await shows('职务', mine)
      await page.keyboard.press('Control+Enter')
      await dialogue.getByRole('cell', { name: theirs }).waitFor()
      await dialogue.getByRole('button', { name: decision }).click()
      await shows('职务', kept)
      await page.keyboard.press('Control+Enter')
      await dialogue.waitFor({ state: 'hidden' })
      t.equal(await title(), kept, decision)
      t.notMatch(await ofThisTab(), new RegExp(mine), 'nothing is kept of it')
    }
  })

  await t.test('no password is kept', async t => {
    await page.goto(`${stack.service.address()}/admin?tab=users`)
    await opens(add, '用户名')
    await field('用户名').fill('ouyang')
    await field('密码（至少10位）').fill('nobody keeps this one')
    const kept = await ofThisTab()
    t.match(kept, /ouyang/)
    t.notMatch(kept, /nobody keeps/)
  })

  await t.test('an article; somebody else\'s change meanwhile is asked about', async t => {
    await page.goto(`${stack.service.address()}/admin?tab=knowledge`)
    const id = 'K003'
    const change = async (): Promise<void> => {
      await page.locator('tr', { hasText: id }).getByRole('button', { name: /修\s*改/ }).click()
      await field('标题').waitFor()
    }
    await change()
    await field('标题').fill('养犬登记怎么办')
    await page.reload()
    const editor = await stack.as('kb')
    const { version } = await editor.get<{ version: number }>(`/api/knowledge/${id}`)
    await editor.patch(`/api/knowledge/${id}`, { version, change: { title: '犬只登记' }, note: '' })
    await change()
    await shows('标题', '养犬登记怎么办')
    await page.keyboard.press('Control+Enter')
    await dialogue.getByText('犬只登记').waitFor()
    await dialogue.getByRole('button', { name: '用我的' }).click()
    await page.keyboard.press('Control+Enter')
    await dialogue.waitFor({ state: 'hidden' })
    t.match(await editor.get(`/api/knowledge/${id}`), { title: '养犬登记怎么办' })
    t.notMatch(await ofThisTab(), /养犬登记怎么办/, 'saved: it is not kept any more')

    await change()
    await field('标题').fill('犬证怎么办')
    await editor.patch(`/api/knowledge/${id}`,
      { version: (await editor.get<{ version: number }>(`/api/knowledge/${id}`)).version, change: { title: '养犬许可' }, note: '' })
    await page.keyboard.press('Control+Enter')
    await dialogue.getByRole('button', { name: '用对方的' }).click()
    await shows('标题', '养犬许可')
    await page.reload()
    await change()
    await shows('标题', '养犬许可')
    t.notMatch(await ofThisTab(), /犬证怎么办/, 'what was given up does not come back')
    await page.keyboard.press('Escape')
    await dialogue.waitFor({ state: 'hidden' })
  })

  await t.test('another tab has none of it, and nothing is left after signing out', async t => {
    await page.goto(`${stack.service.address()}/admin?tab=people`)
    await opens(add, '编号')
    await field('人员').fill('司徒女士')
    const other = await page.context().newPage()
    await other.goto(`${stack.service.address()}/admin?tab=people`)
    await other.getByRole('button', { name: add }).first().waitFor()
    t.notMatch(await other.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })), /司徒女士/)
    await page.reload()
    await page.getByRole('button', { name: '退出登录' }).click()
    await dialogue.getByRole('button', { name: '仍要退出' }).click()
    await page.getByLabel('密码').waitFor()
    t.notMatch(await ofThisTab(), /司徒女士/)
  })

  await t.test('the next person in a tab finds none, though the tab was at another page while the first signed out', async t => {
    const tab = await sit('admin', { path: '/admin?tab=people' })
    await tab.getByRole('button', { name: add }).first().click()
    await tab.getByRole('dialog').getByLabel('人员', { exact: true }).fill('司徒女士')
    const kept = async (): Promise<string> => await tab.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))
    t.match(await kept(), /司徒女士/)
    await tab.goto('about:blank')
    const other = await tab.context().newPage()
    await other.goto(`${stack.service.address()}/admin?tab=people`)
    await other.getByRole('button', { name: '退出登录' }).click()
    await other.getByLabel('密码').waitFor()
    await tab.goto(stack.service.address())
    await tab.getByLabel('用户名').fill('kb')
    await tab.getByLabel('密码').fill(stack.logins.find(l => l.user === 'kb')?.password ?? '')
    await tab.getByRole('button', { name: /登\s*录/ }).click()
    await tab.getByRole('button', { name: '退出登录' }).waitFor()
    t.notMatch(await kept(), /司徒女士/)
  })
})
