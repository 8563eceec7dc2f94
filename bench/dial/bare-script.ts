import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pbxModules } from '../../src/pbx/modules.ts'
import type { AsteriskImage } from '../../src/servers/asterisk/asterisk-image.ts'
import { startAsterisk, type AsteriskOptions } from '../../src/servers/asterisk/asterisk.ts'
import { freePort } from '../../src/servers/machine/ports.ts'
import { connectAmi } from '../../test/harness/telephones/ami-client.ts'
import { everybodyHasHungUp, machineIsIdle } from '../machine/machine-is-idle.ts'

// With 400 in one room Asterisk keeps a core busy for twenty seconds after they have hung up: its call records know every
// pair of them. That must cost neither the other side nor its own next run. So every run has an Asterisk of its own, which
// has dialled so many before.
export const warmUp = 100

/** What somebody writes in an afternoon: a loop of originates into Answer, Read, ConfBridge. */
export interface BareScript {
  /** dials these numbers; ms from the first originate to the last join, both by the PBX's own clock */
  run: (numbers: readonly string[]) => Promise<number>
}

/** An Asterisk with its defaults wherever the script does not need anything else: no journal, CDR as it comes, one room. */
export async function startBareScript (folder: string, image: AsteriskImage, trunk: { host: string, port: number }): Promise<BareScript> {
  const ami = { host: '127.0.0.1', port: await freePort() }
  const sip = await freePort()
  for (const name of ['etc', 'var', 'spool', 'run', 'log']) mkdirSync(join(folder, name), { recursive: true })
  const modules = pbxModules.filter(name => !/cel|queue/.test(name))
  const files: Record<string, string> = {
    'asterisk.conf': `[directories]
astetcdir => ${folder}/etc
astmoddir => ${image.modules}
astvarlibdir => ${folder}/var
astdbdir => ${folder}/var
astkeydir => ${folder}/var
astdatadir => ${image.data}
astspooldir => ${folder}/spool
astrundir => ${folder}/run
astlogdir => ${folder}/log
[options]
hideconnect = yes
`,
    'modules.conf': `[modules]\nautoload = no\n${modules.map(name => `load = ${name}.so`).join('\n')}\n`,
    'logger.conf': '[logfiles]\nmessages.log => warning,error\n',
    'rtp.conf': '[general]\nrtpstart = 32000\nrtpend = 36999\n',
    // the joins are read from the events, with the PBX's own time in them; nobody hears the others
    'manager.conf': `[general]
enabled = yes
bindaddr = ${ami.host}
port = ${ami.port}
timestampevents = yes
[test]
secret = test
read = call
write = all
eventfilter(action(include),name(ConfbridgeJoin)) =
eventfilter(action(include),name(Hangup)) =
`,
    'pjsip.conf': `[transport]
type = transport
protocol = udp
bind = 127.0.0.1:${sip}
[carrier]
type = endpoint
context = default
aors = carrier
disallow = all
allow = alaw,ulaw
direct_media = no
[carrier]
type = aor
contact = sip:${trunk.host}:${trunk.port}
`,
    'extensions.conf': `[staff]
exten => s,1,Answer()
 same => n,Read(key,,1,,1,10)
 same => n,ConfBridge(1)
`
  }
  // there, and empty: everything as Asterisk has it by itself
  for (const name of ['confbridge', 'cdr', 'features', 'acl', 'udptl', 'pjproject', 'indications', 'ccss', 'musiconhold']) {
    files[`${name}.conf`] = ''
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'etc', name), text)
  return {
    async run (numbers) {
      const script = await startScript({ image, folder, config: join(folder, 'etc/asterisk.conf'), dieWithParent: true }, ami)
      try {
        await script.run(numbers.slice(0, warmUp))
        await machineIsIdle()
        return await script.run(numbers)
      } finally {
        await script.stop()
      }
    }
  }
}

interface Script { run: (numbers: readonly string[]) => Promise<number>, stop: () => Promise<void> }

async function startScript (options: AsteriskOptions, ami: { host: string, port: number }): Promise<Script> {
  const server = await startAsterisk(options)
  const client = await connectAmi(ami)
  let joined: number[] = []
  let heard = (): void => {}
  let over = 0
  client.onEvent(event => {
    if (event.Event === 'ConfbridgeJoin') joined.push(Number(event.Timestamp) * 1000)
    if (event.Event === 'Hangup') over++
    heard()
  })
  const until = async (what: string, condition: () => boolean): Promise<void> => await new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`the bare script: ${what}`)) }, 60_000)
    heard = () => {
      if (!condition()) return
      clearTimeout(timer)
      heard = () => {}
      resolve()
    }
    heard()
  })
  return {
    async run (numbers) {
      joined = []
      over = 0
      const begun = Date.now()
      await Promise.all(numbers.map(async number => await client.action('Originate',
        { Channel: `PJSIP/${number}@carrier`, Context: 'staff', Exten: 's', Priority: '1', Timeout: '30000', Async: 'true' })))
      await until(`only ${joined.length} joined`, () => joined.length >= numbers.length)
      const took = Math.max(...joined) - begun
      await client.action('Hangup', { Channel: '/^PJSIP/' })
      await until('they do not hang up', () => over >= numbers.length)
      await everybodyHasHungUp(server)
      return took
    },
    async stop () {
      client.close()
      await server.kill()
    }
  }
}
