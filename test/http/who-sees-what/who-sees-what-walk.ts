// Every read route walked by everybody, and every place where a hidden order is named.
import ExcelJS from 'exceljs'
import type { Actor } from '../../../src/domain/people/roles.ts'
import type { FeedAudience } from '../../../src/feed/feed.ts'
import { maySee } from '../../../src/http/feed-clients.ts'
import { nameHidden, type Named } from './named-ids.ts'
import { uuid } from '../requests/order-writes.ts'
import { masked, matters, table, type Kind } from './who-sees-what-table.ts'
import type { WhoSeesWhatStage } from './who-sees-what-stage.ts'

/** What the service says of its own routes. */
export interface Routes { paths: Record<string, { get?: { parameters?: Array<{ name: string, in: string, required?: boolean }> } }> }

interface Read { path: string, needed: string[] }

/** Every route that reads, with what its query needs. */
export function readsOf (description: Routes): Read[] {
  return Object.entries(description.paths).flatMap(([path, { get }]) => get && path !== '/api/feed'
    ? [{ path, needed: (get.parameters ?? []).filter(p => p.required && p.in === 'query').map(p => p.name) }]
    : [])
}

type When = 'handled' | 'verified'

/** Everything a person can read, as one text. */
export async function everything ({ db, orders, ask }: WhoSeesWhatStage, reads: readonly Read[], cookie: string): Promise<string> {
  const callbacks = await db.query<{ id: string }>('select id from callback')
  const own: Record<string, string[]> = {
    '/api/work-orders/': Object.values(orders).map(o => o.id),
    '/api/calls/': Object.values(orders).map(o => o.callId),
    '/api/callbacks/': callbacks.map(c => c.id)
  }
  const query: Record<string, string> = {
    from: '2010-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z', reason: 'why', name: 'x', callId: orders.ordinary.callId
  }
  const addresses = reads.flatMap(({ path, needed }) => {
    const ids = Object.entries(own).find(([prefix]) => path.startsWith(`${prefix}{id}`))?.[1] ?? ['00000000-0000-4000-8000-000000000000']
    const asked = new URLSearchParams(Object.fromEntries(needed.map(name => [name, query[name] ?? 'x'])))
    if (path.startsWith('/api/boards/orders')) asked.set('span', 'month')
    if (path === '/api/callbacks') asked.set('list', 'all')
    if (path === '/api/work-orders/similar') { asked.set('townId', 'T02'); asked.set('category', '0701'); asked.set('place', '七宝镇 沪星路口') }
    return ids.map(id => `${path.replace(/\{(?:id|code|photo|attachment)\}/g, id)}?${asked}`)
  })
  addresses.push(...Object.values(orders).map(o => `/api/callbacks/awaiting?callId=${o.callId}`))
  const texts: string[] = []
  for (const address of addresses) {
    const answer = await ask(cookie, address)
    if (answer.status >= 500 && !address.startsWith('/health')) throw new Error(`${address}: ${answer.status}`)
    if (answer.headers.get('content-type')?.includes('spreadsheet')) {
      const book = new ExcelJS.Workbook()
      await book.xlsx.load(await answer.arrayBuffer())
      book.eachSheet(sheet => { texts.push(JSON.stringify(sheet.getSheetValues())) })
    } else texts.push(await answer.text())
  }
  return texts.join('\n')
}

/** What is not as the table says. */
export async function check (stage: WhoSeesWhatStage, reads: readonly Read[], when: When): Promise<string[]> {
  const { db, orders, ask, cookies } = stage
  const wrong: string[] = []
  const same = (seen: unknown, wanted: unknown, what: string): void => { if (seen !== wanted) wrong.push(`${what}: ${String(seen)}`) }
  for (const [who, roles, unit, handled, verified] of table) {
    const cookie = cookies.get(who) ?? ''
    const text = await everything(stage, reads, cookie)
    const list = await (await ask(cookie, '/api/work-orders?limit=200')).text()
    const counted = await ask(cookie, '/api/boards/figure?span=month&figure=received')
    const figure = counted.ok ? await counted.text() : null
    if (figure !== null) {
      const { items, notShown } = JSON.parse(figure) as { items: unknown[], notShown: number }
      same(items.length + notShown, Object.keys(orders).length, `${when}: ${who}: a figure and the list it counts`)
    }
    const actor: Actor = { id: who, roles, unitId: unit, extension: null, personId: null }
    for (const [kind, sight] of Object.entries(when === 'handled' ? handled : verified) as Array<[Kind, string]>) {
      const { number, name, title, description } = matters[kind]
      const what = `${when}: ${who}, ${kind}`
      const one = await ask(cookie, `/api/work-orders/${orders[kind].id}`)
      const may = (sees: boolean, secret: string, word: string): void => { same(text.includes(secret), sees, `${what}: ${word}`) }
      same(one.status, sight === '-' ? (roles.includes('KNOWLEDGE_EDITOR') ? one.status : 404) : 200, `${what}: one`)
      same(list.includes(orders[kind].id), sight !== '-', `${what}: in the list`)
      may(sight.includes('W'), title, 'title')
      may(sight.includes('W'), description, 'description and notes')
      may(sight.includes('N'), name, 'name')
      may(sight.includes('f'), number, 'number in full')
      may(/[mf]/.test(sight), masked(number), 'number masked')
      if (figure !== null) same(figure.includes(orders[kind].id), sight !== '-', `${what}: in the list a figure counts`)
      if (sight !== '-') same(text.includes(`派单内容 ${kind}`), true, `${what}: the text for the unit`)
      if (when === 'verified') {
        same(text.includes(`办理情况 ${kind}`), sight.includes('W') || who === 'its-handler', `${what}: what the unit reported`)
      }
      const rows = await db.query<{ audience: FeedAudience, data: object }>(
        'select audience, data from feed_event where subject = $1 order by seq desc limit 1',
        [orders[kind].id]
      )
      // The last row is of the state the order is in now. Agents hear of their own orders alone, administrators of none,
      // and helpers no more once the report was accepted.
      const hears = rows.some(row => maySee(actor, row.audience))
      const follows = !['another-agent', 'administrator', ...when === 'verified' ? ['property-manager'] : []].includes(who)
      same(hears, sight !== '-' && follows, `${what}: feed`)
    }
  }
  const feed = JSON.stringify(await db.query('select data from feed_event'))
  for (const { number, name, title } of Object.values(matters)) {
    for (const secret of [number, masked(number), name, title]) same(feed.includes(secret), false, `a feed row says ${secret}`)
  }
  return wrong
}

/**
 * A person who may not know of an order is answered as if there were none, by its id, its call's or its callback's. Returns what is
 * answered otherwise, and notes in `compared` each place that was tried.
 */
export async function checkNames (
  { db, service, orders, cookies }: WhoSeesWhatStage,
  compared: Set<string>,
  when: When
): Promise<string[]> {
  const wrong: string[] = []
  const callbacks = new Map((await db.query<{ orderId: string, id: string }>(`select order_id as "orderId", id
    from callback`)).map(c => [c.orderId, c.id]))
  const all = Object.fromEntries(Object.entries(orders).map(([kind, { id, callId }]) =>
    [kind, { orderId: id, callId, callbackId: callbacks.get(id) ?? uuid }])) as Record<Kind, Named>
  for (const [who, roles, , handled, verified] of table) {
    const hidden = (Object.entries(when === 'handled' ? handled : verified) as Array<[Kind, string]>)
      .filter(([, sight]) => sight === '-')
      .map(([kind]) => kind)
    const person = { who: `${when}: ${who}`, roles, cookie: cookies.get(who) ?? '' }
    if (hidden.length > 0) wrong.push(...await nameHidden({ address: service.address, ...person, orders: all, hidden, compared }))
  }
  return wrong
}
