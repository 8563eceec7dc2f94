import {
  numberSearchers, numberSearchLimit, orderKinds, orderTable, type OrderKind, type OrderSight, type Tie
} from './rules/visibility.ts'

const kindWords: Record<OrderKind, string> = { ordinary: 'ordinary', confidential: 'confidential 保密', restricted: 'Party mailbox 党务信箱' }
const tieWords: Record<Tie, string> = {
  any: 'none needed',
  own: 'took it in',
  'with-unit': 'is or was with the own unit',
  'in-town': 'its place is in the own town',
  'to-verify': 'its spot is to be seen, the own unit had no part in it'
}

const fields: ReadonlyArray<[word: string, shown: (sight: OrderSight) => string]> = [
  ['order, class, place, text for the unit', () => 'yes'],
  ['title, description, notes', sight => sight.words ? 'yes' : 'no'],
  ['name of the complainant', sight => sight.name ? 'yes' : 'no'],
  ['number of the complainant', sight => sight.number],
  ['that it was recorded', sight => sight.recordings ? 'yes' : 'no']
]

/** docs/who-sees-what.md: the visibility policy as a page, a line for each role, tie and field. */
export function visibilityPage (): string {
  const rows = orderTable.flatMap(({ role, tie, ...sights }) => fields.map(([word, shown]) =>
    `| ${role} | ${tieWords[tie]} | ${word} | ` +
    `${orderKinds.map(kind => { const sight = sights[kind]; return sight === null ? '–' : shown(sight) }).join(' | ')} |`))
  return `# Who sees what

Written by \`node src/bin/documents/who-sees-what.ts\` from \`src/access/rules/visibility.ts\`; changes made here are lost. \
\`test/http/who-sees-what.test.ts\` walks every
read route, the feed, text messages and exports with a table of its own.

– means: not even that there is such an order. Several rows that fit add up.

* A complaint about a unit is seen by nobody of that unit or below it, whatever else he is.
* Who sees nothing of an order writes nothing on it: every write, and a call's or callback's recording, answers as if there were none. \
Who takes a
  complaint about his own unit in may write it down until it is filed.
* Who does not read the words of an order neither files nor answers it. Confidentiality is lifted by the shift leader, \
or before dispatch by who took
  the order in, with a reason.
* An agent or shift leader who has the complainant on the line reads the number in full; who rang him by a click does not.
* Without title and description, the class stands for the title, and notes by others are left out, also reasons, reports and evidence; \
the text for the unit (派单内容) is read instead.
* A call shows its number as the orders show it that it belongs to; the most careful one decides. An unlinked call: masked. \
Where a call hides its
  number it is not found beside others of that number, nor rung back.
* A text message to a unit names class and place of a confidential or Party mailbox order, never its words; \
digits that could be a number are hidden.
* Feed rows carry no number. They reach whoever sees the order; an open feed follows roles, unit and sign-out at once.
* Finding by a number that somebody typed: ${numberSearchers.join(', ')}; at most ${numberSearchLimit.hour} an hour and
  ${numberSearchLimit.day} a day for one login; each is in the audit. A number typed as a further complainant's counts as one.
* Numbers of staff: in full for coordinators, shift leaders and administrators; else masked.
* Boards and workbooks hold counts alone; the list behind a figure shows what its reader may see and says how many more there are.

| Role | Tie to the order | Field | ${orderKinds.map(kind => kindWords[kind]).join(' | ')} |
|---|---|---|${orderKinds.map(() => '---').join('|')}|
${rows.join('\n')}
`
}
