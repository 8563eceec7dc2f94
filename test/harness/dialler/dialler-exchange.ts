import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { findAsterisk, type AsteriskImage } from '../../../src/servers/asterisk/asterisk-image.ts'
import { startAsterisk, type AsteriskServer } from '../../../src/servers/asterisk/asterisk.ts'
import { isFree } from '../../../src/servers/machine/ports.ts'
import { freePort } from '../servers/ports.ts'
import { pbxModules } from '../../../src/pbx/modules.ts'
import { renderPbxConfig, type PbxPaths } from '../../../src/pbx/render-config.ts'
import { freshFolder } from '../servers/database.ts'

const templates = fileURLToPath(new URL('../../../dialplans', import.meta.url))

/** The exchange on its real dialplan, and a second Asterisk as the network whose subscribers answer by their number. */
export interface Exchange {
  ami: { host: string, port: number, user: string, secret: string }
  journalFile: string
  paths: PbxPaths
  pbx: AsteriskServer
  /** SIGKILL and start again */
  restartPbx: () => Promise<void>
  /** how often each number was rung */
  rung: () => Promise<Map<string, number>>
}

/** Silence, 0.1 s: what the telephones hear does not matter here. */
function silentWav (): Buffer {
  const samples = 800
  const wav = Buffer.alloc(44 + samples * 2)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + samples * 2, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(8000, 24)
  wav.writeUInt32LE(16000, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(samples * 2, 40)
  return wav
}

/**
 * What a number does, by its last digit. 0-4 answers and presses 3 (cannot come) until it is heard: a busy exchange takes an
 * answer up late and loses earlier keys. 5 is busy, 6 rings and nobody comes, 7 does not exist, 8 refuses, 9 is a voicemail.
 */
const subscribers = `
[general]
static = yes
[network]
exten => _X.,1,CELGenUserEvent(RANG,\${EXTEN})
 same => n,Goto(k\${EXTEN:-1},1)
exten => _k[0-4],1,Progress()
 same => n,Answer()
 same => n(again),Wait(0.4)
 same => n,SendDTMF(3)
 same => n,Goto(again)
exten => k5,1,Hangup(17)
exten => k6,1,Ringing()
 same => n,Wait(60)
exten => k7,1,Hangup(1)
exten => k8,1,Hangup(21)
exten => k9,1,Answer()
 same => n,Wait(3)
 same => n,Hangup(16)
`

async function carrierConfig (folder: string, image: AsteriskImage, port: number, pbxPort: number): Promise<string> {
  const etc = join(folder, 'etc')
  for (const dir of ['etc', 'var', 'var/keys', 'spool', 'run', 'log/cel-custom']) await mkdir(join(folder, dir), { recursive: true })
  const files: Record<string, string> = {
    'asterisk.conf': `[directories]\nastetcdir => ${etc}\nastmoddir => ${image.modules}\nastvarlibdir => ${folder}/var\n` +
      `astdbdir => ${folder}/var\nastkeydir => ${folder}/var\nastdatadir => ${image.data}\nastspooldir => ${folder}/spool\n` +
      `astrundir => ${folder}/run\nastlogdir => ${folder}/log\n[options]\nverbose = 0\nhideconnect = yes\n`,
    'modules.conf': `[modules]\nautoload = no\n${[...pbxModules, 'app_senddtmf'].map(name => `load = ${name}.so`).join('\n')}\n`,
    'extensions.conf': subscribers,
    'pjsip.conf': `[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.2:${port}\n[pbx]\ntype=endpoint\ntransport=udp\ncontext=network\n` +
      `disallow=all\nallow=alaw\naors=pbx\n[pbx]\ntype=aor\ncontact=sip:127.0.0.1:${pbxPort}\n[pbx]\ntype=identify\nendpoint=pbx\n` +
      'match=127.0.0.1\n',
    'rtp.conf': '[general]\nrtpstart=30000\nrtpend=39999\n',
    'cel.conf': '[general]\nenable=yes\nevents=USER_DEFINED\n',
    'cel_custom.conf': '[mappings]\n[rang.csv]\nformat = dsv\nfields = Exten\n',
    'cdr.conf': '[general]\nenable=no\n',
    'logger.conf': '[general]\n[logfiles]\nmessages => error\n',
    'manager.conf': '[general]\nenabled=no\n',
    'http.conf': '[general]\nenabled=no\n'
  }
  for (const name of [
    'features', 'ccss', 'acl', 'indications', 'confbridge', 'queues', 'queuerules', 'musiconhold', 'stasis', 'pjproject', 'udptl', 'cli'
  ]) {
    files[`${name}.conf`] = ''
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(etc, name), content)
  return join(etc, 'asterisk.conf')
}

const asteriskHere = async (): Promise<AsteriskImage | null> => await findAsterisk(join(homedir(), '.cache/liandong'))

/** Why an exchange cannot be tried here, or false: the `skip` of a test. */
export const cannotTryExchange = async (): Promise<string | false> => await asteriskHere() === null ? 'there is no Asterisk' : false

/** Both, started. @throws Error where there is no Asterisk */
export async function startExchange (t: Test): Promise<Exchange> {
  const image = await asteriskHere()
  if (!image) throw new Error('there is no Asterisk here')
  const folder = await freshFolder('exchange')
  const [sip, http, ami, trunk] = [await freePort(), await freePort(), await freePort(), await freePort('127.0.0.2')]
  // An Asterisk whose address is taken starts all the same, and is never rung.
  for (const [host, port] of [['127.0.0.1', sip], ['127.0.0.2', trunk]] as const) {
    if (!await isFree(host, port)) throw new Error(`${host}:${port} is used by another program`)
  }
  const secret = 'only-for-this-test'
  const target = join(folder, 'pbx')
  const paths = await renderPbxConfig({
    templates,
    target,
    settings: {
      node: 'pbx1',
      sip: { host: '127.0.0.1', port: sip },
      http: { host: '127.0.0.1', port: http },
      ami: { host: '127.0.0.1', port: ami, user: 'liandong', secret },
      trunk: { host: '127.0.0.2', port: trunk, channels: 500, callerId: '962000', keys: 'rfc4733', conferenceSilence: 1800 },
      modulesDir: image.modules,
      stockDataDir: image.data,
      recordingsDir: join(target, 'recordings'),
      timeZone: 'Asia/Shanghai',
      emergencyDutyNumber: '50002100',
      queueSeconds: 60,
      agentRingSeconds: 15,
      wrapUpSeconds: 30
    }
  })
  const prompts = (await readFile(join(templates, 'prompts/zh-CN.txt'), 'utf8')).matchAll(/^([\w-]+)\s*=/gm)
  await mkdir(paths.soundsDir, { recursive: true })
  for (const prompt of prompts) await writeFile(join(paths.soundsDir, `${prompt[1]}.wav`), silentWav())
  const carrierFolder = join(folder, 'net')
  const carrier = await startAsterisk(
    { image, folder: carrierFolder, config: await carrierConfig(carrierFolder, image, trunk, sip), dieWithParent: true }
  )
  const options = { image, folder: target, config: paths.config, dieWithParent: true }
  const exchange: Exchange = {
    ami: { host: '127.0.0.1', port: ami, user: 'liandong', secret },
    journalFile: paths.journalFile,
    paths,
    pbx: await startAsterisk(options),
    async restartPbx () {
      await exchange.pbx.kill()
      exchange.pbx = await startAsterisk(options)
    },
    async rung () {
      const text = await readFile(join(carrierFolder, 'log/cel-custom/rang.csv'), 'utf8').catch(() => '')
      const counts = new Map<string, number>()
      for (const line of text.split('\n').filter(l => l !== '')) {
        const number = line.replaceAll('"', '')
        counts.set(number, (counts.get(number) ?? 0) + 1)
      }
      return counts
    }
  }
  t.teardown(async () => { await Promise.all([exchange.pbx.kill(), carrier.kill()]) })
  return exchange
}
