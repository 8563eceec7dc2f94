import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createLiveState, type LiveChange } from '../../src/pbx/live-state.ts'
import type { AmiConnection } from '../../src/pbx/ami/ami-connection.ts'
import type { AmiMessage } from '../../src/pbx/ami/messages.ts'
import { amiEvents, contexts, dbFamilies, userEvents, variables } from '../../src/pbx/contract.ts'
import { pbxContractPage } from '../../src/pbx/contract-page.ts'
import type { Switchboard } from '../../src/pbx/switchboard.ts'
import { until } from '../../src/servers/until.ts'
import { parsePrompts } from '../../src/speech/prompts.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'dialplans')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.conf'))
const read = (name: string): string => readFileSync(join(folder, name), 'utf8').split('\n').filter(line => !/^\s*;/.test(line)).join('\n')
const dialplan = files.filter(name => name.startsWith('extensions')).map(read).join('\n')
const found = (
  pattern: RegExp, text = dialplan
): string[] => [...new Set([...text.matchAll(pattern)].flatMap(match => match[1] ?? []))].sort()
const sorted = (names: Iterable<string>): string[] => [...names].sort()

t.test('every context of the contract is in the dialplan, and no other is called hotline-…', async t => {
  t.same(found(/^\[(hotline-[a-z-]+)\]/gm), sorted(Object.keys(contexts)))
})

t.test('every target of the dialplan exists', async t => {
  const here = new Set(found(/^\[([a-z-]+)\]/gm))
  const wanted = [
    ...found(/(?:Goto|Gosub)\(([a-z-]+),[^,()]+,/g),
    ...found(/\?([a-z-]+),s,1/g),
    ...found(/U\(([a-z-]+)\^/g),
    ...found(/(?:hangup_handler_push)\)=([a-z-]+),/g)
  ]
  t.ok(wanted.length > 10)
  for (const name of wanted) t.ok(here.has(name) || name === 'script-', name)
  const config = read('pjsip.conf')
  for (const name of [...found(/^context = (\S+)/gm, config), ...found(/TRANSFER_CONTEXT=(\S+)/g, config)]) t.ok(name in contexts, name)
})

t.test('the dialplan reads every variable of the contract, and no other', async t => {
  t.same(found(/\$\{(LD_[A-Z0-9_]+)\}/g), sorted(Object.keys(variables)))
})

t.test('the dialplan reports every user event of the contract, with its keys and no others', async t => {
  const reports = [...dialplan.matchAll(/CELGenUserEvent\((LD_[A-Z_]+),(.*)\)$/gm)].map(match => ({
    name: match[1] ?? '',
    keys: [...(match[2] ?? '').matchAll(/(?:^|&)([a-z]+)=/g)].map(key => key[1] ?? '')
  }))
  t.same(sorted(new Set(reports.map(r => r.name))), sorted(Object.keys(userEvents)))
  t.notMatch(dialplan.match(/CELGenUserEvent\((?!LD_)/), /./, 'all are prefixed')
  for (const [name, schema] of Object.entries(userEvents)) {
    const mine = reports.filter(r => r.name === name)
    const properties = Object.keys(schema.properties)
    for (const { keys } of mine) {
      t.same(keys.filter(key => !properties.includes(key)), [], `${name} says nothing the contract does not know`)
      t.same(schema.required?.filter(key => !keys.includes(key)) ?? [], [], `${name} says all it must`)
    }
    t.same(properties.filter(key => !mine.some(r => r.keys.includes(key))), [], `${name}: everything in the contract is said somewhere`)
  }
})

t.test('the label every outbound leg runs at its end stands at s of the context of the trunk\'s endpoints', async t => {
  const [, carrier = ''] = /\[carrier\]\(!\)([^[]*)/.exec(read('pjsip.conf')) ?? []
  const context = found(/^context = (\S+)/gm, carrier)[0] ?? ''
  const section = dialplan.split(/^\[/m).find(part => part.startsWith(`${context}]`)) ?? ''
  t.match(section, /^exten => s,1,.*\n same => n\(leg-ended\),CELGenUserEvent\(LD_LEG_END,/m)
  t.match(readFileSync(join(root, 'src/pbx/verbs/channels.ts'), 'utf8'), "'CHANNEL(hangup_handler_push)': 'leg-ended'")
})

/** `a=1&b=${F(x&y)}` as pairs; a & inside of braces is no end. */
function pairsOf (body: string): Array<[key: string, value: string]> {
  const parts = ['']
  let depth = 0
  for (const c of body) {
    if (c === '{' || c === '(') depth++
    if (c === '}' || c === ')') depth--
    if (c === '&' && depth === 0) parts.push('')
    else parts[parts.length - 1] += c
  }
  return parts.map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)])
}

const settings = dialplan.split('\n').filter(line => !/UserEvent\(/.test(line)).join('\n')

/** What the dialplan gives a variable, wherever it does. */
const givenTo = (name: string): string[] =>
  [...settings.matchAll(new RegExp(`[(,](?:LOCAL\\()?${name}\\)?=(.*)$`, 'gm'))].map(match => match[1] ?? '')

/*
 * Values that are neither words of the dialplan nor encoded, each looked at by hand: ids of the service's own making, figures and states of
 * the PBX, what an extension's pattern lets through, and arguments that its own Gosubs give.
 */
/* eslint-disable no-template-curly-in-string -- the dialplan's variables */
const plain = new Set([
  'leg=${LD_LEG}', 'cause=${HANGUPCAUSE}', 'state=${TOLOWER(${CHANNEL(state)})}', 'agent=${CHANNEL(endpoint)}', 'key=${EXTEN}',
  'agent=${EXTEN}', 'q=${ARG1}', 'state=${ARG1}', 'reason=${ARG1}', 'reason=${ARG2}', 'dialled=${ARG1}', 'centre=${ARG1}', 'why=${ARG3}',
  'result=${ARG1}', 'to=${ARG1}', 'withheld=${withheld}', 'muted=${own_mute}', 'waited=${waited}',
  'bytes=${IF($["${STAT(e,${RECORDINGS}/${recording})}" = "1"]?${STAT(s,${RECORDINGS}/${recording})}:0)}'
])
/* eslint-enable no-template-curly-in-string */

t.test('values from outside are encoded in user events', async t => {
  let encoded = 0
  const used = new Set<string>()
  for (const [, name, reported = ''] of dialplan.matchAll(/CELGenUserEvent\((LD_[A-Z_]+),(.*)\)$/gm)) {
    // A sentence that follows a key counts as said all the same.
    for (const [key, value] of pairsOf(reported.replace(/\$\{IF\(\$\["\$\{pressed\}" = ""\]\?:(.*)\)\}$/, '$1'))) {
      const pair = `${key}=${value}`
      if (plain.has(pair)) used.add(pair)
      if (plain.has(pair) || /^[a-z0-9-]*$/.test(value)) continue
      const variable = /^\$\{([a-z_]+)\}$/.exec(value)?.[1]
      const filtered = variable !== undefined && givenTo(variable).length > 0 &&
        givenTo(variable).every(given => /^(\$\{FILTER\([a-z0-9*-]+,|\)$)/.test(given))
      t.ok(filtered || /^\$\{(URIENCODE\(|FILTER\([a-z0-9*-]+,)/.test(value), `${name}: ${pair}`)
      encoded++
    }
  }
  t.ok(encoded > 30, `${encoded} values`)
  t.same([...plain].filter(pair => !used.has(pair)), [], 'and none is allowed that is not said')
})

t.test('the PBX\'s own database holds the families of the contract, and no other', async t => {
  t.same(found(/\bDB(?:_KEYS)?\(([a-z-]+)[/)]/g), sorted(Object.keys(dbFamilies)))
})

t.test('every sentence that is played is written down, and every one written down is played or the service\'s', async t => {
  const names = new Set(parsePrompts(readFileSync(join(folder, 'prompts/zh-CN.txt'), 'utf8')).map(p => p.name))
  const played = [
    ...found(/Playback\(([a-z0-9-]+)(?:,noanswer)?\)/g),
    ...found(/Read\(pressed,([a-z0-9-]+),/g),
    ...found(/sub-agent,s,1\(\w+,[^,]*,([a-z-]+)\)/g),
    ...found(/sub-ask,s,1\((?:\w+|\$\{\w+\}),(?:\$\{say\})?([a-z0-9-]+),/g), ...found(/&(emergency-keys)/g)
  ]
  t.ok(played.length > 20)
  for (const name of played) if (name !== 'callback-confirm-') t.ok(names.has(name), name)
  for (const name of ['callback-confirm-4', 'callback-confirm-5']) t.ok(names.has(name), name)
  const forTheService = /^(digits|date)\/|^(duty-check|drill|conference-|callback-confirm-)/
  t.same([...names].filter(name => !played.includes(name) && !forTheService.test(name)), [])
})

t.test('the journal never holds what people press', async t => {
  t.notMatch(read('cel.conf'), /ALL|DTMF/)
  t.match(
    read('cel_custom.conf'),
    'fields = EventType,userdeftype,EventTime(%FT%T.%6q%z),Num,dnid,Exten,Context,ChanName,AppName,AppData,UniqueID,LinkedID,Peer,' +
    'EventExtra'
  )
})

t.test('the service hears every event of the contract', async t => {
  const heard = new Map<string, Array<(event: AmiMessage) => void>>()
  const ami: AmiConnection = {
    isUp: () => true,
    startedAbout: () => null,
    start: () => {},
    ready: async () => {},
    action: async () => ({}),
    list: async () => [],
    on (name: string, listener: (event: AmiMessage) => void) {
      heard.set(name, [...heard.get(name) ?? [], listener])
      return () => {}
    },
    close: async () => {}
  }
  const switchboard = { queueStatus: async () => ({ members: [], callers: [] }) } as unknown as Switchboard
  const live = createLiveState({ ami, switchboard, now: () => new Date() })
  t.teardown(live.close)
  const told: LiveChange[] = []
  live.subscribe(change => { told.push(change) })
  await until(() => live.isLive(), { what: 'the state was read' })
  told.length = 0

  const agent = { kind: 'agent', extension: '8003' }
  const ofAgent = { interface: 'PJSIP/8003', uniqueid: 'u1' }
  const inRoom = { conference: '7', uniqueid: 'u1' }
  const outside = { channel: 'PJSIP/trunk-00000001', uniqueid: 'u1' }
  // In an order in which they may come; the connection hands the names of their fields on in lower case.
  const rows: Array<[name: typeof amiEvents[number], event: Record<string, string>, told: object]> = [
    ['DeviceStateChange', { device: 'PJSIP/8003', state: 'INUSE' }, agent],
    ['QueueMemberAdded', ofAgent, agent],
    ['QueueMemberPause', ofAgent, agent],
    ['QueueMemberStatus', ofAgent, agent],
    ['QueueCallerJoin', outside, { kind: 'queue', uniqueId: 'u1', what: 'joined' }],
    ['AgentCalled', ofAgent, agent],
    ['AgentRingNoAnswer', ofAgent, agent],
    ['AgentConnect', ofAgent, agent],
    ['QueueCallerLeave', outside, { kind: 'queue', uniqueId: 'u1', what: 'left' }],
    ['QueueCallerAbandon', outside, { kind: 'queue', uniqueId: 'u1', what: 'abandoned' }],
    ['QueueMemberRemoved', ofAgent, agent],
    ['ContactStatus', { aor: 'trunk-watch', contactstatus: 'Unreachable' }, { kind: 'trunk', id: 'trunk', answers: false }],
    ['ConfbridgeTalking', { ...inRoom, talkingstatus: 'on' }, { kind: 'room', room: '7', uniqueId: 'u1', what: 'talking' }],
    ['ConfbridgeMute', inRoom, { kind: 'room', room: '7', uniqueId: 'u1', what: 'muted' }],
    ['ConfbridgeUnmute', inRoom, { kind: 'room', room: '7', uniqueId: 'u1', what: 'unmuted' }],
    ['ConfbridgeLeave', inRoom, { kind: 'room', room: '7', uniqueId: 'u1', what: 'left' }],
    ['Hold', outside, { kind: 'hold', uniqueId: 'u1', channel: outside.channel, on: true }],
    ['Unhold', outside, { kind: 'hold', uniqueId: 'u1', channel: outside.channel, on: false }],
    ['OriginateResponse', { uniqueid: 'leg-1', response: 'Failure', reason: '5' },
      { kind: 'originated', channelId: 'leg-1', ok: false, reason: 5 }],
    ['UserEvent', { userevent: 'LD_KEY', leg: 'leg-1', q: 'join', key: '2' }, { kind: 'key', leg: 'leg-1', question: 'join', key: '2' }],
    ['UserEvent', { userevent: 'LD_LEG_END', leg: 'leg-1', cause: '17', sip: '486', state: 'down' },
      { kind: 'leg-over', leg: 'leg-1', cause: 17, sip: 486, state: 'down' }]
  ]
  for (const [name, event, change] of rows) {
    for (const hear of heard.get('event') ?? []) hear({ event: name, ...event })
    t.same(told.splice(0), [change], name)
  }
  // FullyBooted is the connection's own: ami-misbehaving-peer.test.ts.
  t.same([...new Set(rows.map(([name]) => name)), 'FullyBooted'].sort(), [...amiEvents].sort(), 'the contract names these')
})

t.test('docs/pbx-contract.md is generated from the contract', async t => {
  t.equal(readFileSync(join(root, 'docs/pbx-contract.md'), 'utf8'), pbxContractPage())
})

t.test('every sentence that promises a call stands in docs/retries.md with what keeps it', async t => {
  const retries = readFileSync(join(root, 'docs/retries.md'), 'utf8')
  const sentences = [...readFileSync(join(root, 'dialplans/prompts/zh-CN.txt'), 'utf8').matchAll(/^([a-z0-9/-]+) = (.+)$/gm)]
  const promises = sentences.filter(([, , words = '']) => /回电|再联系/.test(words)).map(([, name = '']) => name)
  t.same(promises, ['sorry-call-back', 'callback-later'])
  for (const name of promises) t.match(retries, `| \`${name}\``, name)
})
