// A year of the calendar: what may be entered, until when days are known, and what was published.
import t from 'tap'
import { publishedDays } from '../../../src/calendar/published-days.ts'
import { checkYear, coverage, wholeYears } from '../../../src/calendar/rules/year-days.ts'
import { readDistrict } from '../../../src/district/read-district.ts'

t.test('an edition is a year of days', async t => {
  const day = (day: string, name = '元旦') => ({ day, working: false, name })
  t.same(checkYear(2027, [day('2027-01-02'), day('2027-01-01')]).map(d => d.day), ['2027-01-01', '2027-01-02'])
  for (const [days, why] of [
    [[], 'nothing'],
    [[day('2026-01-01')], 'of another year'],
    [[day('2027-01-01'), day('2027-01-01')], 'twice'],
    [[day('2027-02-29')], 'not in the calendar'],
    [[day('2027-1-1')], 'spelt otherwise'], [[day('2027-W01-1')], 'a week day'], [[day('2027-01-01', ' ')], 'without a name']
  ] as const) t.throws(() => checkYear(2027, days), { code: 'invalid-input' }, why)
})

t.test('known without a gap', async t => {
  const known = (...years: number[]) => new Set(years)
  t.same(coverage(known(2026), '2026-11-01'), { endsOn: '2026-12-31', daysLeft: 60 })
  t.same(coverage(known(2026, 2027, 2029), '2026-11-01'), { endsOn: '2027-12-31', daysLeft: 425 }, 'a gap ends it')
  t.same(coverage(known(2025, 2027), '2026-11-01'), { endsOn: null, daysLeft: 0 })
  t.same(coverage(known(), '2026-11-01'), { endsOn: null, daysLeft: 0 })
})

t.test('a year is known once all its holidays are entered', async t => {
  const days = [
    ...publishedDays(2026) ?? [],
    { day: '2027-01-01', working: false, name: '元旦' },
    { day: '2025-01-26', working: true, name: '春节调休上班' }
  ]
  t.same([...wholeYears(new Map(days.map(d => [d.day, d.working])))], [2026])
  t.same([...wholeYears(new Map(days.filter(d => d.working).map(d => [d.day, d.working])))], [], 'moved working days alone are none')
})

t.test('published days: null where the package is silent, never a year of plain weeks', async t => {
  const days = publishedDays(2026)
  t.match(days?.find(d => d.day === '2026-10-01'), { working: false, name: '国庆节' })
  t.match(days?.find(d => d.day === '2026-10-10'), { working: true, name: '国庆节调休上班' })
  t.same(days?.map(d => [d.day, d.working]), readDistrict().workingDays.map(d => [d.day, d.working === 'true']),
    'and they are those of the sample, typed from the notice')
  for (const year of [1999, 2003, 2050]) t.equal(publishedDays(year), null, `${year}`)
})
