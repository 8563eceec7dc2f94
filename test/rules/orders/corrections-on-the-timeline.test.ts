// A correction of what the order's page withholds is withheld on its timeline, whichever list of `amendment.ts` names the field.
import { test } from 'tap'
import type { OrderSight } from '../../../src/access/rules/visibility.ts'
import { amended, type Matter } from '../../../src/features/work-orders/intake/rules/amendment.ts'
import { columns as ofOrder, inLists, inWords, isInWords, onPage } from '../../../src/features/work-orders/order-columns.ts'
import { shownDetail } from '../../../src/features/work-orders/reading/rules/visible.ts'
import { ofPerson } from '../../../src/features/work-orders/requests/request-columns.ts'

const columns = { ...ofOrder, ...ofPerson }
const matterAlone: OrderSight = { words: false, name: false, number: 'hidden', recordings: false }
const everything: OrderSight = { words: true, name: true, number: 'full', recordings: true }

/** What the page tells everybody of an order in a form of its own: an id, a word of a list, and two answers to yes-or-no questions. */
const toldInAnotherForm = ['aboutUnitId', 'anonymous', 'wantsCallback', 'complainantKind']
/** Lists of codes: withheld, and not sealed. */
const lists = ['marks']

const seal = (words: string): string => Buffer.from(words).toString('base64')
const open = (sealed: string): string => Buffer.from(sealed, 'base64').toString()
const secret = '张三家对面13800001234'

const valueOf = (column: string, words: string): unknown =>
  /(Sealed|Hash)$/.test(column) ? Buffer.from(words) : lists.includes(column) ? [words] : words

/** The correction of one column as the timeline keeps it. */
function kept (column: string): Record<string, unknown> {
  const before = Object.fromEntries(Object.keys(columns).map(name => [name, valueOf(name, `${secret}旧`)]))
  return { changed: amended(before as unknown as Matter, { [column]: valueOf(column, `${secret}新`) }, seal, sealed => sealed.toString()) }
}

const shownTo = (column: string, sight: OrderSight): string =>
  JSON.stringify(shownDetail(kept(column), { sight, own: false, centre: true, outside: false }, { open, ofCitizen: isInWords }))

const everybodys = [...Object.keys(inLists), ...Object.keys(onPage), ...toldInAnotherForm]
const protectedColumns = Object.keys(columns).filter(column => !everybodys.includes(column))

test('of the citizen\'s words the timeline tells that they changed, and keeps text sealed', async t => {
  t.ok(Object.keys(inWords).length > 2 && Object.keys(inWords).every(column => protectedColumns.includes(column)), 'every word is asked')
  for (const column of protectedColumns) {
    t.notMatch(shownTo(column, matterAlone), secret, `${column}: not in clear`)
    if (!lists.includes(column)) t.notMatch(JSON.stringify(kept(column)), secret, `${column}: sealed in the row`)
  }
})

test('who may read the citizen\'s words reads their correction', async t => {
  for (const column of ['title', 'description', 'occurredText', 'placeSealed', 'nameSealed', 'creditCodeSealed', 'marks']) {
    t.match(shownTo(column, everything), `${secret}新`, column)
    t.match(shownTo(column, matterAlone), 'changed', `${column}: the others learn that it changed`)
  }
})
