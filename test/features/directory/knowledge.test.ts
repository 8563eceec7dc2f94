// The knowledge base: found by part of words, dated, its history kept, written by editors alone; the answer sent by text message.
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import t, { type Test } from 'tap'
import { systemActor, type Actor, type Role } from '../../../src/domain/people/roles.ts'
import { createDirectoryCommands } from '../../../src/features/directory/directory-commands.ts'
import { openPartsOf } from '../../../src/features/work-orders/assignment/assignment-reads.ts'
import { createArticleIndex } from '../../../src/features/knowledge/rules/article-search.ts'
import { spell } from '../../../src/domain/text/spelling.ts'
import { createKnowledge } from '../../../src/features/knowledge/knowledge.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { knowledgeRoutes } from '../../../src/features/knowledge/knowledge-routes.ts'
import { answerTextRoutes } from '../../../src/features/work-orders/answer-text/answer-text-routes.ts'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { createFeed } from '../../../src/feed/live-feed.ts'
import { agent, illegalClinic, orderWorld, type OrderWorld } from '../orders/order-world.ts'
import { hired } from '../../harness/stories/hired.ts'

interface Item { id: string, title: string, version: number, validTo: string | null }
interface Asked { status: number, body: Record<string, unknown> & { id: string, code?: string, items: Item[] } }
type Ask = (method: 'GET' | 'POST' | 'PATCH', url: string, body?: object) => Promise<Asked>

async function api (t: Test): Promise<OrderWorld & { as: (...roles: Role[]) => Promise<Ask> }> {
  const w = await orderWorld(t)
  const log = pino({ level: 'silent' })
  const feed = createFeed({ db: w.db, log })
  t.teardown(async () => { await feed.close() })
  const knowledge = createKnowledge(
    { db: w.db, clock: w.clock, feed, today: w.directory.today, unit: w.directory.unit, category: w.directory.category }
  )
  const sessions = createSessions({ db: w.db, clock: w.clock })
  const app = await createHttpServer(
    {
      ...w,
      sessions,
      logger: log,
      routes: [knowledgeRoutes({ knowledge }), answerTextRoutes({ answerTexts: w.orders.answerTexts, standingArticle: knowledge.standing })]
    }
  )
  t.teardown(async () => { await app.close() })
  return {
    ...w,
    async as (...roles) {
      const login = roles.join('-')
      await hired(w.db, login, roles)
      const { secret } = await sessions.begin(w.db, login)
      return async (method, url, body) => {
        const answer = await app.inject({
          method,
          url: `/api${url}`,
          headers: { cookie: `liandong_session=${secret}` },
          ...(body ? { payload: body } : {})
        })
        return { status: answer.statusCode, body: answer.json() }
      }
    }
  }
}

const article = {
  title: '老旧小区加装电梯',
  body: '由业主商议，街镇受理。',
  shortAnswer: '',
  keywords: '加梯 装电梯',
  basis: '',
  categoryCodes: ['1004'],
  unitId: 'D04',
  validFrom: '2026-11-01',
  validTo: null
}
const found = async (ask: Ask, words: string, more = ''): Promise<string[]> =>
  (await ask('GET', `/knowledge?search=${encodeURIComponent(words)}${more}`)).body.items.map(a => a.id)

t.test('an agent finds the fitting article', async t => {
  const w = await api(t)
  const ask = await w.as('AGENT')
  const rows: Array<[string, string]> = [
    ['养犬证', 'K007'], ['居住证刚办好，孩子幼升小要准备哪些材料？', 'K001'], ['小区里有人在楼道给电瓶车充电', 'K012'], ['jzz', 'K003'], ['YHBZ', 'K009'],
    ['juzhuzheng', 'K003'], ['k018', 'K018'], ['工地半夜打桩', 'K010'], ['狗', 'K007'], ['Ｋ０１８', 'K018']
  ]
  for (const [words, id] of rows) t.equal((await found(ask, words))[0], id, words)
  t.same(await found(ask, '路灯杆子'), [], 'nothing is better than noise')
  t.same(await found(ask, ' %_\' '), [], 'signs find nothing and break nothing')
  t.same((await found(ask, '', '&category=1404')).sort(), ['K007', 'K008'], 'a chosen category brings its articles')
  t.equal((await found(ask, '小区里很吵', '&category=1203'))[0], 'K011')

  t.match(await found(ask, '积水'), ['K021'])
  t.notMatch(await found(ask, '水管冻裂'), ['K022'], 'an article for winter is not told before')
  w.at('2026-12-01 00:01')
  const later = await w.as('AGENT')
  t.match(await found(later, '水管冻裂'), ['K022'], 'and is from its first day on')
  t.notMatch(await found(later, '积水'), ['K021'], 'one that ended yesterday is gone')
  t.match(await later('GET', '/knowledge/K021'), { status: 200, body: { validTo: '2026-11-30' } }, 'but can still be read')
})

t.test('a word that few articles hold says more than one that all hold', t => {
  const text = (id: string, title: string, body = '') => ({ id, title, body, keywords: '', categoryCodes: [] })
  const index = createArticleIndex([
    ...['户口', '社保', '签证', '营业执照', '残障停车证', '公积金', '护照', '身份证'].map((what, i) => text(`K${i}`, `办理${what}`)), text('K9', '津贴', '残疾人补贴按月发放。')
  ], spell)
  t.equal(index.find({ words: '办理残疾人补贴' })[0]?.id, 'K9')
  t.end()
})

t.test('written by editors, one version after another', async t => {
  const w = await api(t)
  const [ask, editor] = [await w.as('AGENT'), await w.as('KNOWLEDGE_EDITOR')]
  t.match(await ask('POST', '/knowledge', article), { status: 403, body: { code: 'not-allowed' } })
  const { body: added } = await editor('POST', '/knowledge', { ...article, note: '新政策' })
  t.match(added, { version: 1, changedBy: 'KNOWLEDGE_EDITOR', id: /^K\d{3}$/ })
  t.same(await found(ask, '装电梯'), [added.id], 'found at once')

  const change = async (version: number, to: object): Promise<Asked> =>
    await editor('PATCH', `/knowledge/${added.id}`, { version, change: to, note: '按新口径' })
  t.match(await change(1, { body: '由业主商议，三分之二同意。', title: '既有住宅加装电梯' }), { status: 200, body: { version: 2 } })
  t.match(await change(1, { body: '别人的改动' }), { status: 409, body: { code: 'version-conflict', details: { version: 2 } } })
  t.match(await change(2, { validTo: '2026-11-22' }), { status: 200, body: { version: 3 } }, 'withdrawn by its last day')
  t.same(await found(ask, '装电梯'), [])
  t.match(await ask('GET', `/knowledge/${added.id}/versions`), {
    status: 200,
    body: {
      items: [
        { version: 3, changed: ['validTo'] },
        { version: 2, changed: ['title', 'body'], note: '按新口径', by: 'KNOWLEDGE_EDITOR' },
        { version: 1, note: '新政策', content: { title: '老旧小区加装电梯' } }
      ]
    }
  })
  await t.rejects(w.db.query('delete from article_version'), /append-only/)

  t.match(await ask('POST', '/knowledge/remarks', { articleId: 'K001', text: '今年改为三月登记了' }), { status: 201 })
  const { body: { items: [remark] } } = await editor('GET', '/knowledge/remarks')
  t.match(remark, { articleId: 'K001', by: 'AGENT' })
  t.match(await editor('POST', `/knowledge/remarks/${remark?.id ?? ''}/settle`), { status: 200, body: { settledBy: 'KNOWLEDGE_EDITOR' } })
  t.match(await editor('GET', '/knowledge/remarks'), { body: { items: { length: 0 } } })

  const seen: string[] = []
  for (let cursor = ''; ;) {
    const { body } = await ask('GET', `/knowledge?limit=10${cursor}`)
    seen.push(...body.items.map(a => a.id))
    if (body.next === null) break
    cursor = `&cursor=${String(body.next)}`
  }
  t.same(seen, [...seen].sort(), 'page by page, none twice')
  t.equal(new Set(seen).size, 24)
})

const yesterday = '2026-11-22'

t.test('an article whose unit or category has ended can still be corrected and withdrawn', async t => {
  const w = await api(t)
  const editor = await w.as('KNOWLEDGE_EDITOR')
  const add = async (over: object): Promise<string> => (await editor('POST', '/knowledge', { ...article, ...over })).body.id
  const ofUnit = await add({ unitId: 'T02-JSB', categoryCodes: [] })
  const ofCategory = await add({ unitId: null, categoryCodes: ['1203', '1004'] })
  const administrator: Actor = { ...systemActor, roles: ['ADMINISTRATOR'] }
  const { endUnit, endCategory } = createDirectoryCommands({ directory: w.directory, openParts: openPartsOf })
  await w.db.tx(async tx => {
    await endUnit(tx, administrator, 'T02-JSB', yesterday)
    await endCategory(tx, administrator, '1203', yesterday)
  })
  t.match(await editor('POST', '/knowledge', { ...article, categoryCodes: ['1203'] }), { body: { code: 'unknown-category' } }, 'ended')
  for (const id of [ofUnit, ofCategory]) {
    const change = async (version: number, to: object): Promise<Asked> => await editor('PATCH', `/knowledge/${id}`, { version, change: to })
    t.match(await change(1, { title: '改一个字' }), { status: 200, body: { version: 2 } })
    t.match(await change(2, { validTo: yesterday }), { status: 200, body: { version: 3 } })
    t.match(await change(3, { unitId: 'X99' }), { status: 422, body: { code: 'unknown-unit' } }, 'another unit is asked for')
    t.match(await change(3, { categoryCodes: ['1004', '9999'] }), { status: 422, body: { code: 'unknown-category' } })
  }
  t.match(await editor('PATCH', `/knowledge/${ofUnit}`, { version: 3, change: { categoryCodes: ['1203'] } }),
    { status: 422, body: { code: 'unknown-category' } }, 'one that has ended is not added')
})

t.test('bad input is a clear 4xx', async t => {
  const w = await api(t)
  const editor = await w.as('KNOWLEDGE_EDITOR')
  const rows: Array<[object, number, string]> = [
    [{ title: '' }, 400, 'invalid-input'],
    [{ title: '　' }, 400, 'invalid-input'],
    [{ title: '\u200b' }, 400, 'invalid-input'],
    [{ body: ' \n ' }, 400, 'invalid-input'],
    [{ title: 'a\nb' }, 422, 'control-character'],
    [{ body: 'a\u202Eb' }, 422, 'control-character'],
    [{ body: '字'.repeat(4001) }, 400, 'invalid-input'],
    [{ shortAnswer: '详见 www.example.cn' }, 422, 'link-in-text'],
    [{ categoryCodes: ['9999'] }, 422, 'unknown-category'],
    [{ unitId: 'X99' }, 422, 'unknown-unit'],
    [{ validFrom: '2026-02-31' }, 400, 'invalid-input'],
    [{ validTo: '2026-10-01' }, 400, 'invalid-input'],
    [{ colour: 'red' }, 400, 'invalid-input'],
    [{ categoryCodes: '1004' }, 400, 'invalid-input']
  ]
  for (const [over, status, code] of rows) {
    t.match(await editor('POST', '/knowledge', { ...article, ...over }), { status, body: { code } }, JSON.stringify(over).slice(0, 80))
  }
  t.match(await editor('GET', '/knowledge/K999'), { status: 404, body: { code: 'not-found' } })
  t.match(await editor('PATCH', '/knowledge/K999', { version: 1, change: {} }), { status: 404, body: { code: 'not-found' } })
  t.match(await editor('GET', `/knowledge?search=${'a'.repeat(401)}`), { status: 400 })
  t.match(await editor('POST', '/knowledge/remarks', { articleId: 'K999', text: '不对' }), { status: 422, body: { code: 'unknown-article' } })
})

t.test('the answer goes out by text message', async t => {
  const w = await api(t)
  const ask = await w.as('AGENT')
  const { requestType: _type, ...rest } = illegalClinic
  const order = await w.do(w.orders.commands.receive, agent, { ...rest, requestType: 'CONSULTATION', title: '入学', description: '' })
  const url = `/work-orders/${order.id}/answer-texts`
  const send = async (over: object = {}): Promise<Asked> =>
    await ask('POST', url, { text: '请备居住证。', agreed: true, article: 'K001', ...over })

  t.match(await ask('GET', url), { status: 200, body: { to: '139****1001', refused: null, signature: '【闵行962000】', sent: { length: 0 } } })
  t.match(await send(), { status: 201, body: { to: '139****1001', text: '【闵行962000】请备居住证。', parts: 1 } })
  w.clock.advance(1000)
  t.match(await send({ to: '+86 136 0000 1234', article: null }), { status: 201, body: { to: '136****1234' } })
  t.match(await w.texts(order.id), [{ body: '【闵行962000】请备居住证。', to: '+8613900001001' }, { to: '+8613600001234' }])
  t.match(await ask('GET', url), { body: { sent: [{ to: '139****1001', article: 'K001', text: '请备居住证。' }, {}] } })
  t.notMatch(JSON.stringify(await w.db.query('select detail from order_event')), /13900001001/, 'no whole number on the timeline')

  const refused: Array<[object, number, string]> = [
    [{ agreed: false }, 400, 'invalid-input'],
    [{ text: '' }, 400, 'invalid-input'],
    [{ text: '  ' }, 400, 'invalid-input'],
    [{ text: '字'.repeat(326) }, 400, 'invalid-input'],
    [{ text: '见 http://x.cn/1' }, 422, 'link-in-text'],
    [{ text: '见 shanghai．gov．cn' }, 422, 'link-in-text'],
    [{ to: '5000 8001' }, 422, 'not-a-mobile'],
    [{ to: '110' }, 422, 'emergency-number-refused'],
    [{ article: 'K999' }, 422, 'unknown-article'], [{ article: 'K022' }, 409, 'article-not-valid']
  ]
  for (const [over, status, code] of refused) t.match(await send(over), { status, body: { code } }, JSON.stringify(over).slice(0, 80))
  for (let i = 0; i < 3; i++) await send()
  t.match(await send(), { status: 409, body: { code: 'guard-not-met', details: { reason: 'too-many' } } })
  t.equal((await w.texts(order.id)).length, 5)

  const secret = await w.do(w.orders.commands.receive, agent, { ...illegalClinic, description: '' })
  t.match(await ask('POST', `/work-orders/${secret.id}/answer-texts`, { text: '好', agreed: true }),
    { status: 409, body: { code: 'guard-not-met', details: { reason: 'confidential' } } })
  const landline = await w.do(w.orders.commands.receive, agent, { ...rest, requestType: 'HELP', complainantNumber: '5000 8001' })
  t.match(await ask('POST', `/work-orders/${landline.id}/answer-texts`, { text: '好', agreed: true }),
    { status: 422, body: { code: 'not-a-mobile' } })
  t.match(await ask('POST', `/work-orders/${randomUUID()}/answer-texts`, { text: '好', agreed: true }), { status: 404 })
  t.match(await (await w.as('LEADER'))('GET', url), { status: 403 })
})
