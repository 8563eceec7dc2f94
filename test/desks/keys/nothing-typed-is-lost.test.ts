import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, signedIn } from '../browser.ts'

t.test('an agent\'s typed text survives a reload, an expired session and a lost service', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '0', AGENT_RING_SECONDS: '20' } })
  const desks = await openDesks(t, stack)
  const page = await desks.sit('8001')
  const type = async (id: string, text: string): Promise<void> => {
    await page.locator(id).focus()
    await page.keyboard.insertText(text)
  }
  await page.locator('.phone-keys').waitFor()
  await signedIn(page)

  const call = await stack.network.dial({ from: '13900001002', to: '962000' })
  await page.locator('.phone-state.ringing').waitFor()
  await page.keyboard.press('F2')
  await call.isAnswered()
  await page.getByText('草稿已保存').waitFor()

  // One field the server refuses: it is named, the others are saved without it.
  await type('#f-phone', '不知道')
  await type('#f-who', '李先生')
  await page.getByText('“联系电话”未保存：这不是一个电话号码').waitFor()
  const kept = async (): Promise<{ name: string | null, number: string | null }> => await page.evaluate(async () => {
    const { items: [draft] } = await (await fetch('/api/work-orders?state=DRAFT')).json() as { items: Array<{ id: string }> }
    return (await (await fetch(`/api/work-orders/${draft?.id ??
      ''}`)).json() as { complainant: { name: string | null, number: string | null } }).complainant
  })
  t.equal((await kept()).name, '李先生', 'the name did not wait for the number')
  await page.locator('#f-phone').fill('\u202D021·5000 8001转801')
  await page.getByText('草稿已保存').waitFor()
  t.equal((await kept()).number, '+862150008001;ext=801')

  // A reload in mid-call: the text is still there, and the exchange keeps the call until the citizen ends it.
  await type('#f-title', '河道有异味')
  await page.keyboard.press('Alt+a')
  await type('#f-reply', '已请水务部门查看')
  await page.reload()
  await page.locator('#f-title').waitFor()
  t.equal(await page.locator('#f-title').inputValue(), '河道有异味', 'the words are there after a reload')
  await page.keyboard.press('Alt+a')
  t.equal(await page.locator('#f-reply').inputValue(), '已请水务部门查看', 'and so is the answer that was being written')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  if (!call.endedAt) await call.hangsUp()

  // Another browser of the same person, after a crash of this one: the draft comes from the server.
  await page.getByText('草稿已保存').waitFor()
  await page.evaluate(() => { localStorage.clear() })
  await page.reload()
  await page.locator('#f-title').waitFor()
  t.equal(await page.locator('#f-title').inputValue(), '河道有异味', 'the words are there on another computer')

  // The session ends in the middle of the form.
  // Typed in the page, without pauses: the dialogue waits for the end of the sentence, however busy the machine is.
  await page.locator('#f-course').evaluate(async (field: HTMLElement) => {
    const write = (words: string): void => {
      field.focus()
      document.execCommand('insertText', false, words)
    }
    write('颛桥镇六磊塘，')
    await fetch('/api/session', { method: 'DELETE' })
    write('水发黑发臭。')
  })
  const dialogue = page.getByRole('dialog')
  await dialogue.getByText('您输入的内容已保留').waitFor()
  t.equal(await dialogue.getByLabel('用户名').isVisible(), false, 'the login is not asked again: nothing typed can change it')
  await until(async () => await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.type) === 'password',
    { what: 'the keyboard is in the password' })
  await dialogue.getByLabel('密码').fill(stack.logins.find(l => l.user === '8001')?.password ?? '')
  await dialogue.getByLabel('密码').press('Enter')
  await dialogue.waitFor({ state: 'hidden' })
  t.equal(await page.locator('#f-course').inputValue(), '颛桥镇六磊塘，水发黑发臭。', 'the words are there after signing in again')

  // The service restarts while somebody types.
  await stack.service.stop()
  await type('#f-when', '今天早上')
  await page.getByText('与服务器的连接中断').waitFor()
  t.equal(await page.locator('#f-when').inputValue(), '今天早上')
})
