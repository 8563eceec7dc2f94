import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { amiEvents, contexts, dbFamilies, userEvents, variables } from '../../src/pbx/contract.ts'
import { pbxContractPage } from '../../src/pbx/contract-page.ts'
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

t.test('whatever the dialplan goes to is there', async t => {
  const here = new Set(found(/^\[([a-z-]+)\]/gm))
  const wanted = [...found(/(?:Goto|Gosub)\(([a-z-]+),[^,()]+,/g), ...found(/\?([a-z-]+),s,1/g), ...found(/U\(([a-z-]+)\^/g), ...found(/(?:hangup_handler_push)\)=([a-z-]+),/g)]
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
  t.match(readFileSync(join(root, 'src/pbx/switchboard.ts'), 'utf8'), "'CHANNEL(hangup_handler_push)': 'leg-ended'")
})

t.test('what came from outside is encoded before it is reported', async t => {
  for (const [, name, body] of dialplan.matchAll(/CELGenUserEvent\((LD_[A-Z_]+),(.*)\)$/gm)) {
    for (const variable of ['number', 'service', 'recording', 'MEMBERINTERFACE', 'CONFBRIDGE_RESULT', 'LD_INCIDENT', 'LD_MEMBER', 'key']) {
      t.notOk(body?.includes(`=\${${variable}}`) && !/key=\$\{key\}$/.test(body), `${name}: ${variable}`)
    }
  }
})

t.test('the PBX\'s own database holds the families of the contract, and no other', async t => {
  t.same(found(/\bDB\(([a-z-]+)\//g), sorted(Object.keys(dbFamilies)))
})

t.test('every sentence that is played is written down, and every one written down is played or the service\'s', async t => {
  const names = new Set(parsePrompts(readFileSync(join(folder, 'prompts/zh-CN.txt'), 'utf8')).map(p => p.name))
  const played = [
    ...found(/Playback\(([a-z0-9-]+)(?:,noanswer)?\)/g), ...found(/Read\(pressed,([a-z0-9-]+),/g), ...found(/sub-agent,s,1\(\w+,[^,]*,([a-z-]+)\)/g),
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
  t.match(read('cel_custom.conf'), 'fields = EventType,userdeftype,EventTime(%FT%T.%6q%z),Num,dnid,Exten,Context,ChanName,AppName,AppData,UniqueID,LinkedID,Peer,EventExtra')
})

t.test('the service hears the events it knows', async t => {
  const knows = readFileSync(join(root, 'src/pbx/live-state.ts'), 'utf8') + readFileSync(join(root, 'src/pbx/ami-connection.ts'), 'utf8')
  for (const name of amiEvents) t.ok(knows.includes(name), name)
})

t.test('the page about the contract is what the contract says', async t => {
  t.equal(readFileSync(join(root, 'docs/pbx-contract.md'), 'utf8'), pbxContractPage())
})
