import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, picture, rowOf, shareOnScreen } from '../browser.ts'

const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

t.test('nobody saves over another person unasked: the question is seen, gives up only what it shows, ' +
  'and a save under way takes no other words with it', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [] })
  const { sit } = await openDesks(t, stack)
  const admin = await stack.as('admin')
  const editor = await stack.as('kb')
  const page = await sit('admin', { path: '/admin?tab=people' })
  const dialogue = page.getByRole('dialog')
  const field = (name: string) => dialogue.getByLabel(name, { exact: true })
  const button = (name: string) => dialogue.getByRole('button', { name })
  const change = async (id: string, first: string): Promise<void> => {
    await page.getByPlaceholder('查找').fill(id)
    await rowOf(page, id).getByRole('button', { name: /修\s*改/ }).click()
    await field(first).waitFor()
  }
  const saves = async (): Promise<void> => {
    await page.keyboard.press('Control+Enter')
    await dialogue.waitFor({ state: 'hidden' })
  }
  const opens = async (tab: string): Promise<void> => { await page.goto(`${stack.service.address()}/admin?tab=${tab}`) }
  interface Person { id: string, title: string, office: string | null }
  const person = async (id: string): Promise<Person | undefined> =>
    (await admin.get<{ items: Person[] }>('/api/directory/people')).items.find(p => p.id === id)
  interface Article { version: number, title: string, body: string, basis: string }
  const article = async (id: string): Promise<Article> => await editor.get<Article>(`/api/knowledge/${id}`)
  const writes = async (id: string, words: object): Promise<void> => {
    await editor.patch(`/api/knowledge/${id}`, { version: (await article(id)).version, change: words, note: '' })
  }
  /** Holds the answers to a write until they are let go. */
  const slow = async (url: string): Promise<() => void> => {
    let go = (): void => {}
    const gone = new Promise<void>(resolve => { go = resolve })
    await page.route(url, async route => {
      if (route.request().method() === 'GET') { await route.continue(); return }
      const response = await route.fetch()
      await gone
      await route.fulfill({ response })
    })
    return go
  }
  const focused = async (): Promise<string> => await page.evaluate(() => document.activeElement?.id ?? '')

  await t.test('a register asks about what was saved while its dialogue was open or before, and about a third change', async t => {
    await change('P20', '职务')
    await field('职务').fill('乙写的')
    await admin.patch('/api/directory/people/P20', { title: '甲写的' })
    await page.keyboard.press('Control+Enter')
    await dialogue.getByRole('cell', { name: '甲写的' }).waitFor()
    await picture(page, 'question-1366')
    t.match(await person('P20'), { title: '甲写的' }, 'nothing is saved before the answer')
    await admin.patch('/api/directory/people/P20', { title: '丙写的' })
    await button('用我的').click()
    t.equal(await focused(), 'title', 'one goes on where one wrote')
    await page.keyboard.press('Control+Enter')
    await dialogue.getByRole('cell', { name: '丙写的' }).waitFor()
    await button('用我的').click()
    await saves()
    t.match(await person('P20'), { title: '乙写的' })

    await admin.patch('/api/directory/people/P21', { title: '早就写的' })
    await change('P21', '职务')
    t.not(await field('职务').inputValue(), '早就写的', 'the list was read before')
    await field('职务').fill('后来写的')
    await page.keyboard.press('Control+Enter')
    await button('用对方的').click()
    await saves()
    t.match(await person('P21'), { title: '早就写的' })
  })

  await t.test('a telephone whose name is changed stays with nobody, when it has just been taken from its login', async t => {
    await opens('agents')
    interface Telephone { extension: string, login: string | null, displayName: string, webrtc: boolean }
    const telephone = async (): Promise<Telephone | undefined> =>
      (await admin.get<{ items: Telephone[] }>('/api/agents')).items.find(a => a.extension === '8003')
    const before = await telephone()
    await change('8003', '显示名')
    await field('显示名').fill('新起的名')
    await admin.put('/api/agents/8003', { login: null, displayName: before?.displayName, webrtc: before?.webrtc })
    await saves()
    t.match(await telephone(), { displayName: '新起的名', login: null })
  })

  await t.test('a category asks about what stands on the day from which it is changed', async () => {
    await opens('categories')
    const [first] = (await admin.get<{ items: Array<{ code: string, name: string }> }>('/api/directory/categories')).items
    const code = first?.code ?? ''
    await change(code, '名称')
    await field('名称').fill('我起的类名')
    await field('从哪天起改').fill(tomorrow())
    await page.keyboard.press('Enter')
    await admin.patch(`/api/directory/categories/${code}`, { from: tomorrow(), change: { name: '对方起的类名' } })
    await page.keyboard.press('Control+Enter')
    await dialogue.getByRole('cell', { name: '对方起的类名' }).waitFor()
    await button('用对方的').click()
    await saves()
  })

  await t.test('an article asks again after a reload, and gives up only the fields that both wrote', async t => {
    await opens('knowledge')
    await change('K003', '标题')
    await field('标题').fill('我的标题')
    await field('依据').fill('我的依据')
    await writes('K003', { title: '对方的标题' })
    await page.keyboard.press('Control+Enter')
    await dialogue.getByRole('cell', { name: '对方的标题' }).waitFor()
    t.equal(await dialogue.getByRole('row').count(), 2, 'the heads, and the one field that both wrote')
    await field('为什么改（记入历史）').fill('备')
    await page.reload()
    await change('K003', '标题')
    await page.keyboard.press('Control+Enter')
    await button('用对方的').click()
    t.equal(await field('标题').inputValue(), '对方的标题')
    t.equal(await field('依据').inputValue(), '我的依据')
    await saves()
    t.match(await article('K003'), { title: '对方的标题', basis: '我的依据' })
  })

  for (const [width, height, name] of [[390, 700, 'a mobile'], [911, 512, 'a page at 150 %']] as const) {
    await t.test(`the question comes into view on ${name}, and can be answered by keys`, async t => {
      await page.setViewportSize({ width, height })
      await opens('knowledge')
      await change('K010', '标题')
      await field('正文（照着念的话）').fill(`我改了正文${width}。`.repeat(40))
      await writes('K010', { body: `对方改了正文${width}。`.repeat(60) })
      await field('为什么改（记入历史）').focus()
      await page.keyboard.press('Control+Enter')
      for (const key of ['用我的', '用对方的']) {
        await button(key).waitFor()
        t.equal(await shareOnScreen(button(key)), 1, `${key} is seen`)
      }
      await picture(page, `question-${width}`)
      for (let tabs = 0; tabs < 3 && !await button('用我的').evaluate(b => b === document.activeElement); tabs++) {
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Enter')
      await button('用我的').waitFor({ state: 'detached' })
      t.equal(await focused(), 'note', 'one goes on where one wrote')
      await saves()
      t.match((await article('K010')).body, /我改了正文/)
    })
  }
  await page.setViewportSize({ width: 1366, height: 768 })

  for (const [tab, id, first, url] of [
    ['people', 'P24', '职务', '**/api/directory/people/P24'], ['knowledge', 'K008', '标题', '**/api/knowledge/K008']
  ] as const) {
    await t.test(`while ${id} is being saved its dialogue stays and takes no words`, async t => {
      await opens(tab)
      await change(id, first)
      await field(first).fill('慢慢存的字')
      let sent = 0
      page.on('request', request => { if (request.method() === 'PATCH') sent++ })
      const go = await slow(url)
      await page.keyboard.press('Control+Enter')
      await page.keyboard.press('Control+Enter')
      await field(first).and(page.locator(':disabled')).waitFor()
      await page.keyboard.press('Escape')
      await dialogue.locator('.ant-modal-close').click()
      t.ok(await field(first).isVisible(), 'it cannot be left')
      t.equal(await page.locator('.ant-modal-confirm').count(), 0)
      go()
      await dialogue.waitFor({ state: 'hidden' })
      t.equal(sent, 1)
      await page.getByText('已保存').first().waitFor()
      await page.unroute(url)
    })
  }

  await t.test('an end that is refused stays open with its day', async t => {
    await opens('people')
    await page.getByPlaceholder('查找').fill('P27')
    await rowOf(page, 'P27').getByRole('button', { name: /终\s*止/ }).click()
    await page.route('**/api/directory/people/P27/end', async route => { await route.abort() })
    await dialogue.getByRole('button', { name: /终\s*止/ }).click()
    await page.getByText('网络不通').first().waitFor()
    t.ok(await dialogue.getByLabel('最后一天').isVisible())
  })
})
