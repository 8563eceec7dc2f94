import { callers } from './rules/purposes.ts'
import { afterFailure, deafAnswerSeconds, faultTable, lateAfter, type AfterFailure, type FaultRow } from './rules/whose-fault.ts'

const range = (row: FaultRow): string => {
  if (!row.sip) return 'any'
  const [min, max] = row.sip
  return max === 0 ? 'none' : min === max ? String(min) : `${min}–${max}`
}
const stateOf = (row: FaultRow): string => `${row.state ?? 'any'}${row.late ? `, our time-out more than ${lateAfter} s late` : ''}`

function followed ({ again, otherTrunk, dead }: AfterFailure): string {
  if (dead) return 'never again for this request; the owner of the number sees it'
  const trunk = otherTrunk ? 'another trunk at once; ' : ''
  if (again.length > 0) return `${trunk}again after ${again.join(', ')} s, then counted as an attempt`
  return otherTrunk ? `${trunk}then the requester decides` : 'one attempt; then the next number or round'
}

/** `docs/whose-fault.md`: the table as people read it. */
export function whoseFaultPage (): string {
  const outcomes = [
    ...new Set(callers.flatMap(caller => Object.keys(afterFailure[caller])))
  ] as Array<keyof typeof afterFailure['emergency']>
  return `# Whose fault a failed call was

Generated from \`src/dialler/legs/rules/whose-fault.ts\` by \`node src/bin/documents/whose-fault.ts\`; a test compares.

Each leg writes into the journal, at its end, the cause (Q.850), the far side's last SIP answer and the state of its channel. The first
fitting row judges an unanswered leg. *Theirs* counts as an attempt; *ours* does not.

| What happened | Q.850 | Last SIP answer | Channel | Outcome | Whose |
|---|---|---|---|---|---|
${faultTable.map(r => `| ${r.what} | ${r.causes?.join(', ') ?? 'any'} | ${range(r)} | ${stateOf(r)} | \`${r.outcome}\` | ` +
  `${r.theirs ? 'theirs' : 'ours'} |`).join('\n')}

A key that was asked for makes an answered leg \`confirmed\` or \`declined\`; without one it is \`answered-not-confirmed\`. All three are
theirs. The table also judges an answered leg that ends without a key by 58 or 127 within ${deafAnswerSeconds} s. A leg without a HANGUP
row is judged by the report before it, without that too it is \`no-answer\`. Ours are: the PBX died (\`pbx-lost\`), it never made a
channel (\`not-placed\`), the request was taken back (\`cancelled\`).

A leg whose channel is gone without a restart of the PBX has lost rows of its end. The rows that are there judge it as above, answer
and keys first. Without any of them it is \`pbx-lost\` and **theirs**: its telephone may have rung, so it is an attempt.

## What follows

| Outcome | ${callers.join(' | ')} |
|---|${callers.map(() => '---').join('|')}|
${outcomes.map(o => `| \`${o}\` | ${callers.map(c => followed(afterFailure[c][o] ??
  { again: [], otherTrunk: false, dead: false })).join(' | ')} |`).join('\n')}

Every other outcome is one attempt. Automated calls wait while their trunk does not answer OPTIONS.

A callback without a leg that counts is repeated as its attempt policy says. Then a
person takes over; the order stays open. A callback to a number that does not exist goes to a person at once. A leg lost in mid-call is
repeated only if the feature still needs it: a citizen who answered everything, or a member who pressed 1 in an emergency, is not rung
again. A call by hand ends with the caller's own telephone.
`
}
