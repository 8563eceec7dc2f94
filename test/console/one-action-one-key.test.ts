import { readFileSync } from 'node:fs'
import t from 'tap'
import type { OrderEventType } from '../../src/features/work-orders/rules/order-facts.ts'
import { lifeCycle } from '../../src/features/work-orders/life-cycle/rules/life-cycle-steps.ts'

await t.test('a step of an order has one key, its own, in every state of the order', async t => {
  const files = ['action-list', 'extension-actions', 'objection-actions', 'parking-actions']
    .map(file => `src/console/orders/actions/${file}.ts`)
  const text = files.map(file => readFileSync(file, 'utf8')).join('\n')
  const keys = new Map([...text.matchAll(/step: '([\w.-]+)',\s+keys: '([^']+)'/g)].map(found => [found[1] ?? '', found[2] ?? '']))
  t.equal(keys.size, [...text.matchAll(/^ +(?:\{ )?step: '/gm)].length, 'each has one')
  t.ok(keys.size > 20)
  const states = (step: string): readonly string[] => lifeCycle[step as OrderEventType].from
  const offered = [...keys].flatMap(([step, key]) => states(step).map(state => `${key} in ${state}`))
  t.same(offered.filter((one, i) => offered.indexOf(one) !== i), [], 'and in no state do two have the same')
  t.same([...keys.values()].filter(k => /^Alt\+\d$/.test(k)), [], 'figures with Alt are the telephone\'s')
  t.notMatch(readFileSync('src/console/orders/actions/order-actions.tsx', 'utf8'), /Alt\+\$\{/, 'and none is counted from a place in a list')
})

await t.test('help in a call and dispositions after it have different keys', async t => {
  const keysOf = (file: string): string[] => [...readFileSync(file, 'utf8').matchAll(/'(Alt\+[^']+)'/g)].map(found => found[1] ?? '')
  const after = keysOf('src/console/phone/bar/wrap-up.tsx')
  t.equal(after.length, 6)
  const during = [...keysOf('src/console/phone/bar/call-help.tsx'), 'Alt+1', 'Alt+2', 'Alt+3']
  t.same(after.filter(k => during.includes(k)), [])
})
