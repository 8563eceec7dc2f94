import type { TObject } from 'typebox'
import { amiEvents, contexts, dbFamilies, dialplanFamilies, userEvents, variables } from './contract.ts'

const table = (heads: string[], rows: string[][]): string =>
  [heads, heads.map(() => '---'), ...rows].map(row => `| ${row.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')
const code = (name: string): string => `\`${name}\``
const described = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'description' in value && typeof value.description === 'string' ? value.description : ''

/** `docs/pbx-contract.md`, from the contract itself. */
export function pbxContractPage (): string {
  const events = Object.entries<TObject>(userEvents).map(([name, schema]) => {
    const keys = Object.entries(schema.properties).map(([key, value]) => {
      const what = described(value)
      return `${code(key)}${schema.required?.includes(key) ? '' : ' (may be empty or missing)'}${what ? `: ${what}` : ''}`
    })
    return [code(name), described(schema), keys.join('; ')]
  })
  return `# The contract between the service and the PBX

Generated from \`src/pbx/contract.ts\` by \`node src/bin/documents/pbx-contract.ts\`; a test compares it with \`dialplans/\`.
The service sends channels into the contexts and sets the variables. The dialplan reports by user events, which it writes into the
journal with \`CELGenUserEvent(NAME,key=value&…)\`, values URI-encoded. Asterisk cuts a row at 1023 bytes, all fields together. Of a cut
bridge row the complete peers are read; any other cut row is put aside.

## Contexts

${table(['Context', 'What it does'], Object.entries(contexts).map(([name, what]) => [code(name), what]))}

All start at extension \`s\` but \`hotline-inbound\`, \`hotline-agents\` and \`hotline-transfer\` (the dialled number) and
\`hotline-room-link\`, \`hotline-room-say\` (the room). Outbound legs go out over the endpoint \`trunk-script\` when the
PBX talks by itself and over \`trunk\` when people talk: they differ in how soon silence on the wire ends the leg.

## Variables

${table(['Variable', 'Meaning'], Object.entries(variables).map(([name, what]) => [code(name), what]))}

Values hold no control characters, commas, quotes, brackets, backslashes or dollar signs, together at most 900 characters.

## User events

${table(['Event', 'When', 'Keys'], events)}

## The PBX's own database (AstDB)

Facts the dialplan needs without the service. A number key is the number without +86, leading zeros and, for
local landlines, the area code. After each login the service's families are compared with what they should hold: an entry written
by somebody else is deleted. The dialplan writes ${dialplanFamilies.map(code).join(', ')} by itself; it goes with the seat of its number.

${table(['Family', 'Content'], Object.entries(dbFamilies).map(([name, what]) => [code(name), what]))}

## Manager events the service hears

Momentary events for screens; the filter of the AMI user lets nothing else through: ${amiEvents.map(code).join(', ')}.
\`UserEvent\` is \`LD_KEY\` with \`Leg\`, \`Q\`, \`Key\`: a pressed key on its way into the journal. Or it is \`LD_LEG_END\` with
\`Leg\`, \`Cause\`, \`Sip\`, \`State\`: how a leg ended, for the time when a full disk loses the row.
`
}
