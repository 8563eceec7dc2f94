// The administrator enters a year over the API; readiness warns from sixty days before the calendar ends.
import t from 'tap'
import { createCalendar } from '../../../src/calendar/calendar.ts'
import { calendarCheck } from '../../../src/calendar/module.ts'
import { calendarRoutes } from '../../../src/calendar/calendar-routes.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { testApp } from '../app-of-test.ts'

t.test('an empty district: said, entered, said no more; warned again in time', async t => {
  const { db, url } = await freshDatabase(t)
  const clock = adjustableClock()
  const set = (day: string): void => { clock.advance(Date.parse(`${day}T09:00:00+08:00`) - clock.now().getTime()) }
  const calendar = createCalendar({ db, clock, timeZone: 'Asia/Shanghai' })
  const { send, cookieOf } = await testApp(t, { on: { db, url, clock }, routes: [calendarRoutes({ calendar })] })
  const check = async () => await calendarCheck(calendar).check()
  set('2026-11-01')
  t.match(await check(), { ok: false, detail: /this year's holidays are not entered/ })
  const cookie = await cookieOf('admin', ['ADMINISTRATOR'])
  const begun = (await send('GET', '/api/calendar/2026', { cookie })).json()
  t.match(begun, { year: 2026, edition: null, days: [], editions: [] })
  const published = begun.published
  t.equal(published.length, 39, 'as the State Council published it')
  t.match((await send('GET', '/api/calendar/2050', { cookie })).json(), { published: null },
    'a year the package does not know is not called a plain one')

  t.equal(
    (await send('PUT', '/api/calendar/2026',
      { cookie: await cookieOf('8001', ['AGENT']), body: { edition: null, days: published } })).statusCode,
    403
  )
  t.equal(
    (await send('PUT', '/api/calendar/2026',
      { cookie, body: { edition: null, days: [{ day: '2027-01-01', working: false, name: '元旦' }] } })).statusCode,
    400
  )
  t.match((await send('PUT', '/api/calendar/2026', { cookie, body: { edition: null, basis: '国办发明电〔2025〕7号', days: published } })).json(),
    { year: 2026, edition: 1 })
  t.match((await send('PUT', '/api/calendar/2026', { cookie, body: { edition: null, days: published.slice(1) } })).json(),
    { code: 'version-conflict' })
  t.match((await send('PUT', '/api/calendar/2026', { cookie, body: { edition: 1, days: published.slice(1) } })).json(), { edition: 2 })
  t.match((await send('GET', '/api/calendar/2026', { cookie })).json(),
    { edition: 2, editions: [{ edition: 2, enteredBy: 'admin' }, { edition: 1, basis: '国办发明电〔2025〕7号' }] })
  t.same((await send('GET', '/api/calendar', { cookie })).json(), { years: [2026], endsOn: '2026-12-31', daysLeft: 60 })
  t.match((await db.query('select actor, action, subject, detail from audit_entry order by id')).at(-1),
    { actor: 'admin', action: 'calendar.enter', subject: '2026', detail: { edition: 2 } })

  t.match(await check(), { ok: false, detail: /holidays after 2026-12-31 are not entered/ }, 'sixty days before the end')
  set('2026-10-31')
  t.match(await check(), { ok: true, detail: { endsOn: '2026-12-31' } }, 'sixty-one')
})
