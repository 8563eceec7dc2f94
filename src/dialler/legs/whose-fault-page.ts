import {
  afterFailure, callbackAfterOurs, callers, deafAnswerSeconds, faultTable, lateAfter, type AfterFailure, type FaultRow
} from './rules/whose-fault.ts'

const range = (row: FaultRow): string => {
  if (!row.sip) return 'any'
  const [least, most] = row.sip
  return most === 0 ? 'none' : least === most ? String(least) : `${least}–${most}`
}
const stateOf = (row: FaultRow): string => `${row.state ?? 'any'}${row.late ? `, our time-out more than ${lateAfter} s late` : ''}`

function followed ({ again, otherTrunk, dead }: AfterFailure): string {
  if (dead) return 'never again for this request; shown to the owner of the number'
  const trunk = otherTrunk ? 'another trunk at once; ' : ''
  if (again.length > 0) return `${trunk}again after ${again.join(', ')} s, then as an attempt`
  return otherTrunk ? `${trunk}then left to who asked` : 'one attempt: the next number, the next round'
}

/** `docs/whose-fault.md`: the table as people read it. */
export function whoseFaultPage (): string {
  const outcomes = [
    ...new Set(callers.flatMap(caller => Object.keys(afterFailure[caller])))
  ] as Array<keyof typeof afterFailure['emergency']>
  return `# Whose fault a failed call was

Generated from \`src/dialler/legs/rules/whose-fault.ts\` by \`node src/bin/documents/whose-fault.ts\`; a test compares.

Every leg journals at its end why it ended (Q.850), the far side's last SIP answer and how far its channel had got. A leg nobody answered is
judged by the first row that fits. *Theirs* is an attempt of the callee; *ours* uses none.

| What happened | Q.850 | Last SIP answer | Channel | Outcome | Whose |
|---|---|---|---|---|---|
${faultTable.map(r => `| ${r.what} | ${r.causes?.join(', ') ?? 'any'} | ${range(r)} | ${stateOf(r)} | \`${r.outcome}\` | ` +
  `${r.theirs ? 'theirs' : 'ours'} |`).join('\n')}

An answered leg is \`confirmed\` or \`declined\` by a key that was asked for, else \`answered-not-confirmed\`: theirs; \
ended by 58 or 127 within
${deafAnswerSeconds} s and without a key it is judged by the table. Without a HANGUP row it is
\`no-answer\`. The PBX died: \`pbx-lost\`; it never made a channel: \`not-placed\`; taken back: \`cancelled\`: ours.

## What follows

| Outcome | ${callers.join(' | ')} |
|---|${callers.map(() => '---').join('|')}|
${outcomes.map(o => `| \`${o}\` | ${callers.map(c => followed(afterFailure[c][o] ??
  { again: [], otherTrunk: false, dead: false })).join(' | ')} |`).join('\n')}

Every other outcome is one attempt. A trunk that does not answer OPTIONS is not used for automated calls: they wait for it.

A callback none of whose legs was an attempt is repeated after ${callbackAfterOurs.minutes} minutes, \
${callbackAfterOurs.most} times in all, then a person takes over; the
order stays open. A callback to a number that does not exist goes to a person at once. Before a leg lost in mid-call is repeated, \
the feature
is asked: whoever has answered everything, or pressed 1 in an emergency, is not rung again. A call by hand ends with the caller's own \
telephone.
`
}
