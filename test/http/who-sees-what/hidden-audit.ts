// What the audit says of orders that are hidden from its reader.
import type { Test } from 'tap'
import { matters, type Kind } from './who-sees-what-table.ts'
import type { WhoSeesWhatStage } from './who-sees-what-stage.ts'

interface Entry { id: number, action: string, subject: string | null, detail: Record<string, unknown>, withheld: boolean }
interface Read { items: Entry[], next: string | null }

/** The audit, whole and by subject, read by people from whom an order is hidden and by one who sees it. */
export async function hiddenAudit (t: Test, { db, orders, ask, cookies, people }: WhoSeesWhatStage, address: string): Promise<void> {
  const cookieOf = (who: string): string => cookies.get(who) ?? ''
  const page = async (who: string, query: string): Promise<Read> => await (await ask(cookieOf(who), `/api/audit?${query}`)).json() as Read
  const whole = async (who: string): Promise<Entry[]> => {
    const entries: Entry[] = []
    for (let next: string | null = ''; next !== null;) {
      const read: Read = await page(who, `limit=40&cursor=${next}`)
      entries.push(...read.items)
      next = read.next
    }
    return entries
  }
  const callbacks = new Map((await db.query<{ orderId: string, id: string }>('select order_id as "orderId", id from callback'))
    .map(c => [c.orderId, c.id]))

  await t.test('the audit names no order hidden from its reader', async t => {
    const all = await whole('supervisor')
    t.ok(all.every(e => !e.withheld), 'a reader of every order reads every entry')
    for (const [who, kind] of [['administrator', 'restricted'], ['shift-complained-of', 'about']] as const) {
      const { id, callId } = orders[kind]
      const number = (await db.query<{ number: string }>('select number from work_order where id = $1', [id]))[0]?.number ?? ''
      const names = [id, number, callId, callbacks.get(id) ?? 'there is none']
      const ofIt = all.filter(e => names.some(name => JSON.stringify([e.subject, e.detail]).includes(name)))
      for (const action of ['order.file', 'order.call', 'call.disposition', 'callback.postpone']) {
        if (action !== 'order.call' || kind === 'restricted') t.ok(ofIt.some(e => e.action === action), `${kind}: there is a ${action}`)
      }
      const read = await whole(who)
      t.same(read.slice(-all.length).map(e => e.id), all.map(e => e.id), `${who}: no entry is missing`)
      for (const name of names) t.notOk(JSON.stringify(read).includes(name), `${who}, ${kind}: ${name}`)
      const hidden = new Map(ofIt.map(e => [e.id, e]))
      for (const e of read) {
        if (hidden.has(e.id)) t.match(e, { subject: null, detail: {}, withheld: true, action: hidden.get(e.id)?.action ?? '' })
      }
      t.ok(read.some(e => e.subject === orders.ordinary.id && !e.withheld), `${who}: an order the reader sees is named`)
      for (const subject of [id, id.toUpperCase(), callId, callbacks.get(id) ?? '']) {
        t.same(await page(who, `limit=1&subject=${subject}`), { items: [], next: null }, `${who}: a search for ${subject} finds nothing`)
        if (subject !== id.toUpperCase()) t.ok((await page('supervisor', `subject=${subject}`)).items.length > 0, 'and there is something')
      }
    }
  })

  await t.test('a block made by a call of a hidden order names neither call nor number, in the list and in the audit', async t => {
    interface Block { id: string, callId: string | null, number: string }
    const post = async (who: string, path: string, body: object): Promise<{ id: string }> => await (await fetch(`${address}${path}`, {
      method: 'POST', headers: { cookie: who, 'content-type': 'application/json' }, body: JSON.stringify(body)
    })).json() as { id: string }
    const list = async (who: string): Promise<Block[]> =>
      (await (await ask(cookieOf(who), '/api/number-blocks')).json() as { items: Block[] }).items
    const until = new Date(Date.now() + 3_600_000).toISOString()
    for (const [who, kind] of [['administrator', 'restricted'], ['shift-complained-of', 'about']] as const) {
      const { callId } = orders[kind]
      const { id } = await post(people.desk, '/api/number-blocks', { callId, reason: '反复骚扰', evidence: '录音在案', until })
      const blockOf = async (reader: string) => (await list(reader)).find(block => block.id === id)
      t.match(await blockOf('supervisor'), { callId, number: /^\d{3}\*{4}\d{4}$/ }, `${kind}: a reader of the order reads both`)
      t.match(await blockOf(who), { callId: null, number: '' }, `${who}: the block is there, without them`)
      await post(people.desk, `/api/number-blocks/${id}/free`, { reason: '误操作' })
      for (const action of ['number.block', 'number.free']) {
        const found = async (reader: string): Promise<Entry[]> => (await page(reader, `action=${action}&subject=${id}`)).items
        t.match(await found('supervisor'), [{ subject: id, withheld: false }], `${action} is there`)
        t.same(await found(who), [], `${who}: a search for it finds nothing`)
        t.match((await page(who, `action=${action}&limit=1`)).items, [{ action, subject: null, detail: {}, withheld: true }],
          `${who}: ${action} is withheld`)
      }
    }
    const ordinary = await post(people.desk, '/api/number-blocks',
      { callId: orders.ordinary.callId, reason: '反复骚扰', evidence: '录音在案', until })
    t.match((await list('administrator')).find(block => block.id === ordinary.id), { callId: orders.ordinary.callId, number: /\*{4}/ })
  })

  await t.test('how much another person found by a number is not in it', async t => {
    const found = await fetch(`${address}/api/number-searches`, {
      method: 'POST',
      headers: { cookie: people.desk, 'content-type': 'application/json' },
      body: JSON.stringify({ number: matters['about' satisfies Kind].number, reason: '核对来电' })
    })
    t.equal((await found.json() as { orders: unknown[] }).orders.length, 1)
    const [{ subject } = { subject: '' }] = await db.query<{ subject: string }>(`select subject from audit_entry
      where action = 'number.search' order by id desc limit 1`)
    for (const who of ['shift-complained-of', 'administrator', 'supervisor']) {
      t.strictSame((await page(who, `subject=${subject}`)).items[0]?.detail, { reason: '核对来电' }, who)
    }
  })
}
