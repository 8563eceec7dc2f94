import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import mustache from 'mustache'
import type { Test } from 'tap'
import { pbxModules } from '../../../src/pbx/modules.ts'
import { findAsterisk, type AsteriskImage } from '../../../src/servers/asterisk/asterisk-image.ts'
import { startAsterisk } from '../../../src/servers/asterisk/asterisk.ts'
import { freePort } from '../servers/ports.ts'
import { isFree } from '../../../src/servers/machine/ports.ts'
import { until } from '../../../src/servers/until.ts'
import { connectAmi, type AmiEvent } from './ami-client.ts'
import { isWhole, loudness, type Sound } from './loudness.ts'
import { temporaryFolder } from '../servers/run-folder.ts'

/**
 * What somebody at a telephone does, step by step, divided by `|`:
 * busy · reject · unallocated · congestion · hangup [cause] · ring [s] · announce [s] (early media, unanswered) · answer ·
 * wait s · stay [s] · vanish [s] (not one packet any more) · press keys · twice key (sent doubled) · both key ms (by INFO, and by RFC 4733
 * held so long) · hold Hz s (puts us on hold) · talk Hz [s] · voicemail [s] · transfer where
 */
export type Script = string

/** One call as one party of the network lives it. */
export interface NetworkCall {
  id: string
  /** `in`: rung by the hotline; `out`: dialled by this party */
  direction: 'in' | 'out'
  /** whom the network's side is: a telephone number, or `desk8001` */
  number: string
  /** who was shown as calling, for calls from the hotline; `by`: SIP address of the PBX, `127.0.0.1:5060` */
  from: string
  name: string
  by: string
  at: Date
  answeredAt: Date | null
  endedAt: Date | null
  /** Q.850 */
  cause: number | null
  /** keys this party pressed */
  pressed: string
  /** breaks off what this party does and does this instead */
  does: (script: Script) => Promise<void>
  hangsUp: () => Promise<void>
  presses: (keys: string) => Promise<void>
  isAnswered: (seconds?: number) => Promise<void>
  isOver: (seconds?: number) => Promise<void>
  /**
   * share (0 to 1) of what was heard so far that is this tone; call it after `isOver` for all of it: a recording under way reaches the
   * disk two seconds late
   */
  heard: (hertz: number) => number
  /** seconds of sound heard, and how loud it was on average (0 to 1) */
  sound: () => Sound
  /** Listens from now on until the answered function is called: what is heard meanwhile, and nothing of before or after. */
  listens: () => Promise<() => Promise<Sound>>
}

const steps = new Set([
  'busy', 'reject', 'unallocated', 'congestion', 'hangup', 'ring', 'announce', 'answer', 'wait', 'stay', 'vanish', 'press', 'twice', 'both',
  'hold', 'talk', 'voicemail', 'transfer'
])

/** @throws Error naming the step nobody knows, so that a misspelt script is noticed */
function checked (script: Script): Script {
  const unknown = script.split('|').find(step => !steps.has(step.split(' ')[0] ?? ''))
  if (unknown !== undefined || script.includes(',')) throw new Error(`script "${script}": there is no step "${unknown ?? ','}"`)
  return script
}

export interface DialOptions {
  from?: string
  name?: string
  withheld?: boolean
  to: string
  /** what the caller does once answered; default: stays on the line */
  script?: Script
  /** the desk telephone that dials; default: the carrier */
  desk?: string
}

export interface TelephoneNetwork {
  /** What the people at a number do: the first call, the second …; the last script holds for all further calls. */
  number: (number: string, ...scripts: Script[]) => Promise<void>
  /** What everybody does who has no script of their own; until it is said, they do not exist. */
  anybody: (script: Script) => Promise<void>
  ringsOf: (number: string) => NetworkCall[]
  calls: () => readonly NetworkCall[]
  /** Waits for the nth call (from 1) to a number and answers it. */
  rung: (number: string, nth?: number, seconds?: number) => Promise<NetworkCall>
  dial: (options: DialOptions) => Promise<NetworkCall>
  /**
   * Desk telephones by extension; registers them with the PBX and waits until they are.
   * @param also further PBXs they register with: each telephone is one, whichever rings it
   */
  desks: (
    telephones: ReadonlyArray<{ extension: string, password: string }>, also?: ReadonlyArray<{ host: string, port: number }>
  ) => Promise<void>
  console: (command: string) => Promise<string>
  stop: () => Promise<void>
}

export interface NetworkOptions {
  pbx: { host: string, port: number }
  /** `keys`: how its telephones send them; default RFC 4733. `door`: where its calls go; default the PBX */
  trunk: { host: string, port: number, keys?: 'rfc4733' | 'info', door?: { host: string, port: number } }
  /** the carrier takes calls over TLS at this port, with encrypted sound alone */
  tls?: { port: number, cert: string, key: string }
}

const extraModules = [
  'app_mixmonitor', 'app_senddtmf', 'app_transfer', 'app_originate', 'app_verbose', 'app_bridgewait', 'func_periodic_hook',
  'res_pjsip_outbound_registration', 'res_pjsip_t38', 'res_pjsip_rfc3326', 'res_pjsip_diversion', 'codec_gsm', 'format_gsm'
]

export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'liandong')

export async function asteriskImage (): Promise<AsteriskImage> {
  const image = await findAsterisk(cacheFolder)
  if (!image) throw new Error('no Asterisk: npm run pretest')
  return image
}

const templates = fileURLToPath(new URL('network', import.meta.url))
const render = (name: string, view: object): string =>
  mustache.render(readFileSync(join(templates, name), 'utf8'), view, {}, { tags: ['<%', '%>'], escape: String })

/** One line of a call, for a test that fails. */
function told ({ direction, number, from, at, answeredAt, endedAt, cause, pressed, sound }: NetworkCall): string {
  const time = (date: Date | null): string => date?.toISOString().slice(11, 23) ?? '-'
  let heard = ''
  try {
    heard = `heard ${sound().seconds.toFixed(1)} s at ${sound().level.toFixed(3)}`
  } catch { /* never connected */ }
  return `${direction} ${number} ${from} at ${time(at)} answered ${time(answeredAt)} ended ${time(endedAt)} cause ${cause ?? '-'} ` +
    `pressed "${pressed}" ${heard}`
}

/** The public telephone network and the agents' desk telephones: a second Asterisk, whose numbers are people with scripts. */
export async function startNetwork (t: Test, { pbx, trunk, tls }: NetworkOptions): Promise<TelephoneNetwork> {
  const folder = await temporaryFolder('network')
  const image = await asteriskImage()
  const ami = { host: '127.0.0.1', port: await freePort() }
  const desks = { host: '127.0.0.3', port: await freePort('127.0.0.3') }
  // A network whose port another one has starts all the same and is never rung: that one's telephones are.
  if (!await isFree(trunk.host, trunk.port)) throw new Error(`the carrier's address ${trunk.host}:${trunk.port} is used by another program`)
  for (const name of ['etc', 'var', 'spool/monitor', 'run', 'log', 'heard']) mkdirSync(join(folder, name), { recursive: true })
  const view = {
    folder,
    modules: image.modules,
    data: image.data,
    ami,
    pbx,
    trunk: { keys: 'rfc4733', door: pbx, ...trunk },
    desks,
    tls: tls ?? null,
    rtp: { first: 12000, last: 19999 },
    moduleNames: [...new Set([...pbxModules, ...extraModules])].filter(name => !/cel|queue|confbridge/.test(name))
  }
  for (const name of readdirSync(templates)) if (name !== 'telephone.conf') writeFileSync(join(folder, 'etc', name), render(name, view))
  const server = await startAsterisk({ image, folder, config: join(folder, 'etc/asterisk.conf'), dieWithParent: true })
  const client = await connectAmi(ami)
  const calls: NetworkCall[] = []
  const byId = new Map<string, NetworkCall>()
  const registered = new Set<string>()
  let [originated, ears] = [0, 0]

  function remember (direction: 'in' | 'out', id: string, number: string, from = '', name = '', by = ''): NetworkCall {
    const takenUp = async (): Promise<boolean> =>
      call.endedAt !== null || (await client.action('Getvar', { Channel: id, Variable: 'told' })).Value === ''
    const call: NetworkCall = {
      id,
      direction,
      number,
      from,
      name,
      by,
      at: new Date(),
      answeredAt: null,
      endedAt: null,
      cause: null,
      pressed: '',
      async does (script) {
        if (call.endedAt) throw new Error(`${number} has hung up and cannot ${script}`)
        await client.action('Setvar', { Channel: id, Variable: 'told', Value: checked(script) })
        // A Redirect is lost when the channel is just about to jump by itself: the party would go on as before.
        await until(async () => {
          if (call.endedAt === null) await client.action('Redirect', { Channel: id, Context: 'person', Exten: 's', Priority: '1' })
          return await until(takenUp, { what: 'taken up', seconds: 0.5 })
        }, { what: `${number} does "${script}"` })
      },
      async hangsUp () {
        if (!call.endedAt) await client.action('Hangup', { Channel: id, Cause: '16' }).catch(error => { if (!call.endedAt) throw error })
        await call.isOver()
      },
      async presses (keys) {
        await call.isAnswered()
        const before = call.pressed.length
        await call.does(`press ${keys}|stay`)
        await until(() => call.pressed.length >= before + keys.length, { what: `${number} has pressed ${keys}` })
      },
      isAnswered: async (seconds = 30) => {
        await until(() => call.answeredAt !== null, { what: `call of ${number} is answered`, seconds })
      },
      isOver: async (seconds = 30) => { await until(() => call.endedAt !== null, { what: `call of ${number} is over`, seconds }) },
      heard: hertz => call.sound().tone(hertz),
      sound: () => loudness(join(folder, 'heard', `${id}.wav`)),
      async listens () {
        const file = join(folder, 'heard', `${id}-${++ears}.wav`)
        const { MixMonitorID: ear = '' } = await client.action('MixMonitor', { Channel: id, Options: `r(${file})i(ear)` })
        return async () => {
          await client.action('StopMixMonitor', { Channel: id, MixMonitorID: ear }).catch(error => { if (!call.endedAt) throw error })
          await until(() => isWhole(file), { what: `what ${number} heard is on the disk` })
          return loudness(file)
        }
      }
    }
    calls.push(call)
    byId.set(id, call)
    return call
  }

  client.onEvent((event: AmiEvent) => {
    const call = byId.get(event.Uniqueid ?? '')
    if (event.Event === 'Registry' && event.Status === 'Registered') {
      registered.add(/sip:(.+)/.exec(event.Username ?? '')?.[1] ?? '')
    } else if (event.Event === 'UserEvent' && event.UserEvent === 'Rung') {
      remember('in', event.Uniqueid ?? '', event.Number ?? '', event.From, event.Name, event.By)
    } else if (call && event.Event === 'UserEvent' && event.UserEvent === 'Pressed') {
      call.pressed += event.Keys ?? ''
    } else if (call && event.Event === 'Newstate' && event.ChannelState === '6') {
      call.answeredAt ??= new Date()
    } else if (call && event.Event === 'Hangup') {
      call.endedAt = new Date()
      call.cause = Number(event.Cause)
    }
  })

  const put = async (family: string, key: string, value: string): Promise<void> => {
    await client.action('DBPut', { Family: family, Key: key, Val: value })
  }
  const network: TelephoneNetwork = {
    calls: () => calls,
    ringsOf: number => calls.filter(call => call.direction === 'in' && call.number === number),
    console: server.console,
    async number (number, ...scripts) {
      const already = network.ringsOf(number).length
      for (const [i, script] of scripts.entries()) {
        await put(`script/${number}`, i === scripts.length - 1 ? 'always' : String(already + i + 1), checked(script))
      }
    },
    anybody: async script => await put('script/anybody', 'always', checked(script)),
    rung: async (number, nth = 1, seconds = 30) =>
      await until(() => network.ringsOf(number)[nth - 1], { what: `${number} is rung${nth > 1 ? ` ${nth} times` : ''}`, seconds }),
    async dial ({ from = '', name = '', withheld = false, to, script = 'stay', desk }) {
      const id = `dial-${++originated}`
      const variables = [
        `dial_from=${encodeURIComponent(from)}`, `dial_name=${encodeURIComponent(name)}`, `dial_withheld=${withheld ? 1 : 0}`,
        `dial_to=${to}`, `dial_by=${desk ? `desk-${desk}` : 'hotline'}`
      ]
      const call = remember('out', id, desk ? `desk${desk}` : from)
      await client.action('Originate', {
        Channel: 'Local/s@dials/n',
        ChannelId: id,
        OtherChannelId: `${id}-line`,
        Context: 'caller',
        Exten: 's',
        Priority: '1',
        Timeout: '120000',
        Async: 'true',
        // the line's half reads dial_…, the caller's half number and script
        Variable: [
          ...variables.map(v => `__${v}`),
          `number=${desk ? `desk${desk}` : encodeURIComponent(from)}`,
          `script=${checked(script)}`
        ]
      })
      return call
    },
    async desks (telephones, also = []) {
      const sections = telephones.map(one => render('telephone.conf', { ...view, ...one, also }))
      writeFileSync(join(folder, 'etc/telephones.conf'), sections.join('\n'))
      await server.console('module reload res_pjsip.so')
      await server.console('module reload res_pjsip_outbound_registration.so')
      const everywhere = telephones.flatMap(({ extension }) => [pbx, ...also].map(({ host, port }) => `${extension}@${host}:${port}`))
      await until(() => everywhere.every(one => registered.has(one)), { what: 'the desk telephones are registered', seconds: 60 })
    },
    async stop () {
      client.close()
      await server.kill()
    }
  }
  t.teardown(async () => {
    if (!t.passing()) t.comment(`what the telephones lived:\n${calls.map(told).join('\n')}`)
    await network.stop()
  })
  await client.action('Events', { EventMask: 'on' })
  return network
}
