// Takes a picture of every desk from the sample district: npm run screenshots -- [address of a running service] [its logins.json]
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { browserFlags, chromiumProgram } from './chromium.ts'

const [address = 'http://127.0.0.1:9620', file = '.hotline/logins.json'] = process.argv.slice(2)
const folder = process.env.SHOTS || fileURLToPath(new URL('../../docs/desks', import.meta.url))
const logins = JSON.parse(readFileSync(file, 'utf8')) as Array<{ user: string, password: string, roles: string[] }>
mkdirSync(folder, { recursive: true })

const desktop = { width: 1366, height: 768 }
const phone = { width: 390, height: 844 }
const wall = { width: 1920, height: 1080 }

/** What to look at: who, where, and what is pressed before the picture is taken. */
const pictures: Array<{ name: string, role: string, login?: string, path: string, viewport?: { width: number, height: number }, press?: string[] }> = [
  { name: 'agent', role: 'AGENT', path: '/agent', press: ['Alt+n'] },
  { name: 'dispatch', role: 'DISPATCHER', login: 'dispatcher', path: '/dispatch?view=open' },
  { name: 'dispatch-order', role: 'DISPATCHER', login: 'dispatcher', path: '/dispatch?view=todo', press: ['list'] },
  { name: 'unit', role: 'HANDLER', path: '/unit?view=work', press: ['list'] },
  { name: 'unit-phone', role: 'HANDLER', path: '/unit?view=work', viewport: phone },
  { name: 'unit-order-phone', role: 'HANDLER', path: '/unit?view=work', viewport: phone, press: ['list'] },
  { name: 'sub-centre', role: 'SUBCENTRE_OPERATOR', path: '/unit?view=sign', press: ['list'] },
  { name: 'verify', role: 'VERIFIER', path: '/verify' },
  { name: 'callbacks', role: 'CALLBACK_OFFICER', path: '/callbacks' },
  { name: 'command', role: 'EMERGENCY_COORDINATOR', path: '/command' },
  { name: 'supervise', role: 'SUPERVISOR', path: '/supervise' },
  { name: 'wall', role: 'SUPERVISOR', path: '/wall', viewport: wall },
  { name: 'admin', role: 'ADMINISTRATOR', path: '/admin' }
]

const only = process.env.ONLY?.split(',')
const browser = await chromium.launch({ executablePath: chromiumProgram ?? '', args: browserFlags })
try {
  for (const { name, role, login, path, viewport = desktop, press = [] } of pictures) {
    if (only && !only.includes(name)) continue
    const who = logins.find(l => login === undefined ? l.roles.includes(role) : l.user === login)
    if (!who) { console.log(`${name}: nobody holds ${role}`); continue }
    const context = await browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', permissions: ['microphone'] })
    const page = await context.newPage()
    page.on('pageerror', error => { console.log(`${name}: ${error.stack ?? error.message}`) })
    await page.goto(address + path)
    await page.getByLabel('用户名').fill(who.user)
    await page.getByLabel('密码').fill(who.password)
    await page.keyboard.press('Enter')
    await page.locator('.shell').waitFor()
    await page.waitForLoadState('load')
    await page.waitForTimeout(2500)
    for (const key of press) {
      if (key === 'list') await page.locator('.order-row').first().click({ timeout: 3000 }).catch(() => {})
      else await page.keyboard.press(key)
      await page.waitForTimeout(1200)
    }
    await page.screenshot({ path: `${folder}/${name}.png` })
    console.log(`${name}: ${who.user} ${path}`)
    await context.close()
  }
} finally {
  await browser.close()
}
