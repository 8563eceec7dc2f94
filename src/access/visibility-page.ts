import {
  numberSearchers, numberSearchLimit, orderKinds, orderTable, type OrderKind, type OrderSight, type Tie
} from './rules/visibility.ts'

const kindWords: Record<OrderKind, string> = {
  ordinary: 'ordinary', confidential: 'confidential 保密', restricted: 'restricted channel, as the Party mailbox 党务信箱'
}
const tieWords: Record<Tie, string> = {
  any: 'none needed',
  own: 'took it in',
  'with-unit': 'is or was with the own unit',
  'in-town': 'its place is in the own town',
  'to-verify': 'it is to be verified on site, and the own unit had no part in it'
}

const fields: ReadonlyArray<[word: string, shown: (sight: OrderSight) => string]> = [
  ['order, class, place, text for the unit', () => 'yes'],
  ['title, description, notes', sight => sight.words ? 'yes' : 'no'],
  ['name of the complainant', sight => sight.name ? 'yes' : 'no'],
  ['number of the complainant', sight => sight.number],
  ['recording', sight => sight.recordings ? 'yes' : 'no']
]

/** docs/who-sees-what.md: the visibility policy as a page, a line for each role, tie and field. */
export function visibilityPage (): string {
  const rows = orderTable.flatMap(({ role, tie, ...sights }) => fields.map(([word, shown]) =>
    `| ${role} | ${tieWords[tie]} | ${word} | ` +
    `${orderKinds.map(kind => { const sight = sights[kind]; return sight === null ? '–' : shown(sight) }).join(' | ')} |`))
  return `# Who sees what

Generated from \`src/access/rules/visibility.ts\` by \`node src/bin/documents/who-sees-what.ts\`; changes made here are lost.
\`test/http/who-sees-what/who-sees-what.test.ts\` walks every read route, the feed, text messages and exports with a table of its own.

– means that the person does not learn of the order. Where several rows fit, the person sees what any of them shows.

* Nobody of a unit, or of a unit above or below it, sees a complaint about that unit, whatever their roles. The Centre is above none.
* A person of a unit that is not government (a property manager 物业, a contractor) reads class, place and the text for the unit
  (派单内容) alone, whatever the table says. Such a unit has no order without that text. They ring the citizen through the exchange.
* A person who cannot see an order cannot write on it: every write, and a call's or callback's recording, answers as if there were no such
  order. An operator who takes in a complaint about the own unit may edit it until it is filed.
* A person who cannot read an order's words can neither file nor answer it. The shift leader may lift confidentiality; so may the person who
  took the order in, before dispatch. Both need a reason.
* An agent or shift leader with the complainant on the line reads the number in full; not one who rang the complainant by a click.
* Without title and description the class stands for the title. Notes by others, reasons, reports, evidence and the note
  of a call's wrap-up (小结) are left out; the text for the unit (派单内容) is shown instead.
* Another system that sent an order (INTEGRATION) reads the answer (答复内容) once it is reviewed, and no report (办理情况): an answer's draft
  stays here.
* A call shows its number as its orders show it; the strictest order decides. An unlinked call shows it masked. A call that hides its
  number is not found with other calls of that number, and cannot be rung back.
* A channel is restricted by its policy; an order stays what it was when it was received. The Party mailbox always is.
* A text message to a unit names class and place of a confidential order or one of a restricted channel, or where the unit is not
  government, never its words; digits that could
  be a number are hidden.
* Feed rows carry no number. They reach the people who see the order; an open feed follows roles, unit and sign-out at once.
* Search by a typed number: ${numberSearchers.join(', ')}; at most ${numberSearchLimit.hour} an hour and
  ${numberSearchLimit.day} a day for one login; each is in the audit. A number typed as an order's complainant's that is
  not the caller's on the own line counts as a search; so does a first contact refused because the two numbers differ.
* Numbers of staff: in full for coordinators, shift leaders and administrators; else masked.
* Boards and workbooks hold counts alone. The list behind a figure shows the orders its reader may see, and the number of the others.
  A confidential order, one of a restricted channel or a complaint about a unit makes no other a repeated complaint. Nor does an order
  whose number was typed: it must be its caller's, or come from another system. A person who files orders to try numbers learns nothing;
  one who files another person's draft can try one number for that call.
* An order's page names no other order that is hidden from its reader: not what it was merged into, nor what was merged into it.
* An order is confidential as soon as one of its requests (诉求) is. Its page has the requests for the Centre's desks that read its words;
  without those filed with an order that is hidden from the reader. Of the others the number in full is not read by having one on the line.
* The audit names no order hidden from its reader, nor a call or callback of one: such an entry is there without subject and detail, and a
  search for it finds nothing. How many orders another person found by a number is left out.

| Role | Tie to the order | Field | ${orderKinds.map(kind => kindWords[kind]).join(' | ')} |
|---|---|---|${orderKinds.map(() => '---').join('|')}|
${rows.join('\n')}
`
}
