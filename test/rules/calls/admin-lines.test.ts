// Holidays and place names as people paste them: read, or the line said that is not understood.
import t from 'tap'
import { daysInLines, readDays, readPlaces } from '../../../src/console/desks/admin/text-files/lines.ts'

t.test('days', async t => {
  const rows: Array<[string, string]> = [
    ['2027-01-01 休 元旦', '2027-01-01 休 元旦'], ['2027-01-01,false,元旦', '2027-01-01 休 元旦'], ['2027/1/9\t班\t元旦 调休', '2027-01-09 班 元旦 调休'],
    ['day,working,name\r\n2027-01-09,true,调休\r\n', '2027-01-09 班 调休'], ['\uFEFF2027年1月1日，休，元旦', '2027-01-01 休 元旦'], ['', '']
  ]
  for (const [typed, read] of rows) t.equal(daysInLines(readDays(typed).items ?? []), read, typed)
  for (const [typed, n] of [
    ['2027-01-01 休', 1],
    ['2027-01-01 休 元旦\n1月2日 休 元旦', 2],
    ['2027-01-01 放 元旦', 1],
    ['元旦 休 2027-01-01', 1]
  ] as const) {
    t.match(readDays(typed), { items: null, bad: { n } }, typed)
  }
})

t.test('places', async t => {
  const towns = [{ id: 'T02', name: '七宝镇' }]
  t.same(readPlaces('name,town_id\n七莘路,T02\n漕宝路 七宝镇', towns).items, [{ name: '七莘路', townId: 'T02' }, { name: '漕宝路', townId: 'T02' }])
  t.match(readPlaces('七莘路 某镇', towns).bad, { n: 1, line: '七莘路 某镇' }, 'the first line is no heading because it is not understood')
  t.match(readPlaces('七莘路', towns).bad, { n: 1 })
})
