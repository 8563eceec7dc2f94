import t from 'tap'
import { searchPlans } from '../../../src/console/desks/command/start/plan-search.ts'
import { readDistrict } from '../../../src/district/read-district.ts'

const plans = readDistrict().plans
const wholeTable: Array<[said: string, first: string[]]> = [
  ['吴泾 罐车 泄漏', ['EP-03']],
  ['浦星公路 地库 积水 暴雨', ['EP-01', 'EP-T09']],
  ['食堂 呕吐 多人', ['EP-09']],
  ['公交 110 按钮', ['EP-08']],
  ['工人 讨薪 聚集', ['EP-10']],
  ['燃气 挖断', ['EP-04']],
  ['停电 泵站', ['EP-06', 'EP-01']],
  ['罐车泄漏，气味很大', ['EP-03']],
  ['没有人知道的事', []]
]

for (const [said, first] of wholeTable) {
  t.same(searchPlans(plans, said).map(f => f.plan.code), [...first, 'EP-00'], `${said}: ${[...first, 'the overall plan last'].join(', ')}`)
}
t.equal(searchPlans(plans, '').length, plans.length, 'nothing typed: all of them')
t.equal(searchPlans(plans, '防汛')[0]?.plan.code, 'EP-01', 'a plan is found by its name, too')
