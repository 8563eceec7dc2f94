import t from 'tap'
import { troubleOf, type LastCall } from '../../../src/dialler/trunks/rules/trouble.ts'

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 9, 0, second))
/** `a:no-response`: outcome of a call to the number `a`, newest first; without an outcome it is answered and lives */
const calls = (...told: string[]): LastCall[] => told.map((one, i) => {
  const [number = '', outcome] = one.split(':') as [string, LastCall['outcome'] | undefined]
  return { number, outcome: outcome ?? null, at: at(50 - i) }
})

const table: Array<[what: string, told: string[], expected: { kind: string, since: number, calls: number } | null]> = [
  ['no call', [], null],
  ['one number alone may be at fault', ['a:no-response', 'a:no-response'], null],
  ['two numbers', ['a:no-response', 'b:no-response'], { kind: 'no-response', since: 49, calls: 2 }],
  ['refused', ['a:congestion', 'b:congestion', 'a:congestion'], { kind: 'congestion', since: 48, calls: 3 }],
  ['the newest says what it is', ['a:no-response', 'b:congestion'], { kind: 'no-response', since: 49, calls: 2 }],
  ['a call that rang since', ['a:no-answer', 'b:no-response', 'c:no-response'], null],
  ['a call that is answered just now', ['a', 'b:no-response', 'c:no-response'], null],
  ['since the last good one', ['a:no-response', 'b:no-response', 'c:busy', 'd:no-response'],
    { kind: 'no-response', since: 49, calls: 2 }],
  ['what says nothing', ['a:cancelled', 'b:no-response', 'c:pbx-lost', 'd:no-response', 'e:not-placed'],
    { kind: 'no-response', since: 47, calls: 2 }]
]
for (const [what, told, expected] of table) {
  t.test(`trouble of a trunk: ${what}`, async t => {
    t.same(troubleOf(calls(...told)), expected && { ...expected, since: at(expected.since) })
  })
}
