import { isIP } from 'node:net'
import { isAbsolute, join, resolve } from 'node:path'
import { accessSync, constants, readFileSync } from 'node:fs'
import { checkWindows } from './dialler/rules/allowed-hours.ts'
import { isEmergencyNumber, parsePhoneNumber } from './domain/phone-number.ts'

/** How the carrier sends the keys people press; `info`: by SIP INFO alone. */
export type TrunkKeys = 'rfc4733' | 'info'

/** A host and port, written `127.0.0.1:9620`. */
export interface Address { host: string, port: number }

/** Everything that can be set from outside, read once, checked, and handed on. */
export interface Config {
  http: Address
  /** files of the certificate (with its chain) and key with which console, API and the browsers' telephones are served; null: in clear */
  tls: { certFile: string, keyFile: string } | null
  dataDir: string
  sip: Address
  pbxHttp: Address
  /** where a browser's telephone reaches the PBX: `wss://hotline.example:8089/ws` */
  webSocketUrl: string
  ami: Address & { user: string, secret: string | null, external: boolean }
  /** the carrier: inbound calls come from this IP, outbound calls go to this address and port */
  trunk: Address & {
    channels: number
    reservedInbound: number
    callsPerSecond: number
    qualifySeconds: number
    callerId: string
    outOfTownPrefix: string
    localMobiles: string[]
    keys: TrunkKeys
  }
  /** prefixes of numbers that are not dialled otherwise (abroad, premium, short codes by machine); see docs/dial-permission.md */
  dialPrefixes: { byHand: string[], automatic: string[] }
  /** what 110, 119, 120 and 122 are reached at; 110 itself is never dialled */
  centres: Partial<Record<'110' | '119' | '120' | '122', string>>
  /** extension or number that is rung when nobody takes a citizen, and then; null: the first two shift leaders with a telephone */
  overflow: { leader: string | null, duty: string | null }
  databaseUrl: string | null
  redisUrl: string | null
  /** name of this PBX in the journal; also prefixes the unique ids Asterisk makes up */
  pbxNode: string
  /** journal file of the PBX, when the PBX is not ours */
  journalFile: string | null
  timeZone: string
  hotlineNumber: string
  emergencyDutyNumber: string
  /** seconds a citizen waits before the dialplan rings the shift leader */
  queueSeconds: number
  /** seconds one agent's telephone rings before the call goes on */
  agentRingSeconds: number
  wrapUpSeconds: number
  /** seconds a citizen waits for an agent whose page or telephone is gone in mid-call, before he is first in the queue */
  agentBackSeconds: number
  callbacks: { windows: string, ringSeconds: number, attempts: number, keySeconds: number }
  emergency: { ringSeconds: number, attempts: number, gapSeconds: number, roomSize: number, keySeconds: number, silenceSeconds: number }
  sms: { provider: 'table' | 'http', url: string | null, token: string | null }
  speech: { url: string | null }
  /** whose X-Forwarded-For is believed: addresses or networks of a reverse proxy; empty: nobody's */
  trustProxy: string[]
  /** HTTP requests a minute of one login or address; 0: unlimited */
  requestsPerMinute: number
  logLevel: string
  /** run the sweepers every so many ms; an emergency's runs at the second figure */
  sweepMs: { ordinary: number, emergency: number }
}

type Env = Record<string, string | undefined>

/** The one who set it reads this: which setting, what is wrong, what would be right. */
export class ConfigError extends Error {
  constructor (name: string, value: string, wanted: string) {
    super(`setting ${name}=${value} cannot be used: ${wanted}`)
    this.name = 'ConfigError'
  }
}

function address (env: Env, name: string, fallback: string): Address {
  const value = env[name] || fallback
  const match = /^(.+):(\d{1,5})$/.exec(value)
  const port = Number(match?.[2])
  if (!match?.[1] || port < 1 || port > 65535) throw new ConfigError(name, value, 'write host:port, such as ' + fallback)
  return { host: match[1].replace(/^\[|\]$/g, ''), port }
}

function number (env: Env, name: string, fallback: number, least: number, most: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : NaN
  if (!(value >= least && value <= most)) throw new ConfigError(name, text, `a whole number from ${least} to ${most}`)
  return value
}

/** A number as it is dialled or shown, digits alone. */
function digits (env: Env, name: string, fallback: string): string {
  const value = env[name] || fallback
  if (!/^\d{3,20}$/.test(value)) throw new ConfigError(name, value, `digits alone, such as ${fallback}`)
  return value
}

/** A web address, or null. */
function webAddress (env: Env, name: string): string | null {
  const value = env[name]
  if (!value) return null
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new ConfigError(name, value, 'such as https://gateway.example/send')
  }
  return value
}

function windows (env: Env): string {
  const value = env.CALLBACK_WINDOWS || '09:00-12:00,13:30-20:00'
  try {
    checkWindows(value)
    return value
  } catch {
    throw new ConfigError('CALLBACK_WINDOWS', value, 'such as 09:00-12:00,13:30-20:00')
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

function logLevel (env: Env): string {
  const value = env.LOG_LEVEL || 'info'
  if (!logLevels.includes(value)) throw new ConfigError('LOG_LEVEL', value, logLevels.join(', '))
  return value
}

const orNull = (text: string | undefined): string | null => text || null

function timeZone (env: Env): string {
  const name = env.TIME_ZONE || 'Asia/Shanghai'
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch {
    throw new ConfigError('TIME_ZONE', name, 'an IANA time zone, such as Asia/Shanghai')
  }
}

/** Addresses and networks, separated by commas: `10.1.2.3`, `10.0.0.0/8`. */
function proxies (env: Env): string[] {
  const list = (env.TRUST_PROXY ?? '').split(',').map(part => part.trim()).filter(part => part !== '')
  for (const part of list) {
    const [ip = '', bits, ...more] = part.split('/')
    const kind = isIP(ip)
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (kind === 4 ? 32 : 128))
    if (kind === 0 || !fits || more.length > 0) {
      throw new ConfigError('TRUST_PROXY', part, 'the proxy\'s address or network, such as 10.1.2.3 or 10.0.0.0/8')
    }
  }
  return list
}

/** Secrets may be given as NAME_FILE, a path whose content is the secret. */
function secret (env: Env, name: string): string | null {
  const file = env[`${name}_FILE`]
  if (!file) return orNull(env[name])
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new ConfigError(`${name}_FILE`, file, 'the file cannot be read')
  }
}

function trunkKeys (env: Env): TrunkKeys {
  const keys = env.TRUNK_KEYS || 'rfc4733'
  if (keys !== 'rfc4733' && keys !== 'info') throw new ConfigError('TRUNK_KEYS', keys, 'rfc4733 or info')
  return keys
}

function tls (env: Env): Config['tls'] {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env
  if (!certFile && !keyFile) return null
  if (!certFile) throw new ConfigError('TLS_CERT_FILE', '', 'TLS_KEY_FILE needs its certificate')
  if (!keyFile) throw new ConfigError('TLS_KEY_FILE', '', 'TLS_CERT_FILE needs its key')
  for (const [name, file] of Object.entries({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile })) {
    try {
      accessSync(file, constants.R_OK)
    } catch {
      throw new ConfigError(name, file, 'the file cannot be read')
    }
  }
  return { certFile: resolve(certFile), keyFile: resolve(keyFile) }
}

function webSocketUrl (env: Env, { host, port }: Address): string {
  const url = env.PBX_WEBSOCKET_URL || `${env.TLS_CERT_FILE ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}/ws`
  if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) {
    throw new ConfigError('PBX_WEBSOCKET_URL', url, 'such as wss://hotline.example:8089/ws')
  }
  return url
}

function prefixes (env: Env, name: string): string[] {
  const list = (env[name] ?? '').split(',').map(p => p.trim()).filter(p => p !== '')
  for (const prefix of list) {
    if (!/^\+?\d{1,15}$/.test(prefix)) throw new ConfigError(name, prefix, 'prefixes divided by commas, such as +852,95598')
  }
  return list
}

/** The carrier's prefix before mobiles of other places, and the carrier's own list of which are not: 7 digits at the start of each line. */
function outOfTown (env: Env): Pick<Config['trunk'], 'outOfTownPrefix' | 'localMobiles'> {
  const outOfTownPrefix = env.TRUNK_OUT_OF_TOWN_PREFIX || ''
  const file = env.TRUNK_LOCAL_MOBILES_FILE || ''
  if (outOfTownPrefix === '' && file === '') return { outOfTownPrefix, localMobiles: [] }
  if (!/^\d{1,6}$/.test(outOfTownPrefix)) {
    throw new ConfigError('TRUNK_OUT_OF_TOWN_PREFIX', outOfTownPrefix, 'digits, such as 0, where TRUNK_LOCAL_MOBILES_FILE is set')
  }
  if (file === '') throw new ConfigError('TRUNK_LOCAL_MOBILES_FILE', '', 'TRUNK_OUT_OF_TOWN_PREFIX needs the list of local mobiles')
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new ConfigError('TRUNK_LOCAL_MOBILES_FILE', file, 'the file cannot be read')
  }
  const lines = text.split(/\r?\n/).map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
  const wrong = lines.find(line => !/^1[3-9]\d{5}(?!\d)/.test(line))
  if (wrong !== undefined || lines.length === 0) {
    throw new ConfigError('TRUNK_LOCAL_MOBILES_FILE', file, 'a line for each local segment, its first seven digits first: 1390000')
  }
  return { outOfTownPrefix, localMobiles: lines.map(line => line.slice(0, 7)) }
}

/** A number that can be dialled as it is kept, or null. */
function telephone (env: Env, name: string): string | null {
  const value = env[name]
  if (!value) return null
  if (isEmergencyNumber(value)) throw new ConfigError(name, value, 'the number it is reached at, never the short code itself')
  try {
    parsePhoneNumber(value)
  } catch {
    throw new ConfigError(name, value, 'a telephone number, such as 021-50008001')
  }
  return value.replace(/[^\d+]/g, '')
}

function centres (env: Env): Config['centres'] {
  const named = {
    110: telephone(env, 'CENTRE_POLICE'),
    119: telephone(env, 'CENTRE_FIRE'),
    120: telephone(env, 'CENTRE_AMBULANCE'),
    122: telephone(env, 'CENTRE_TRAFFIC')
  }
  return Object.fromEntries(Object.entries(named).filter(([, number]) => number !== null))
}

/** An extension of four digits, or a number outside. */
const extensionOr = (env: Env, name: string): string | null => /^8\d{3}$/.test(env[name] ?? '') ? env[name] ?? null : telephone(env, name)

/** @throws ConfigError with the setting's name and what would be right */
export function readConfig (env: Env = process.env): Config {
  const dataDir = env.DATA_DIR || '.hotline'
  const provider = env.SMS_PROVIDER || 'table'
  if (provider !== 'table' && provider !== 'http') throw new ConfigError('SMS_PROVIDER', provider, 'table or http')
  if (provider === 'http' && !env.SMS_URL) throw new ConfigError('SMS_URL', '', 'SMS_PROVIDER=http needs the gateway\'s address')
  const pbxHttp = address(env, 'PBX_HTTP_ADDRESS', '127.0.0.1:18088')
  const pbxNode = env.PBX_NODE || 'pbx1'
  if (!/^[a-z0-9]{1,16}$/.test(pbxNode)) throw new ConfigError('PBX_NODE', pbxNode, '1 to 16 lower-case letters and digits')
  return {
    http: address(env, 'HTTP_ADDRESS', '127.0.0.1:9620'),
    tls: tls(env),
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(join(process.cwd(), dataDir)),
    sip: address(env, 'SIP_ADDRESS', '127.0.0.1:15060'),
    pbxHttp,
    webSocketUrl: webSocketUrl(env, pbxHttp),
    ami: {
      ...address(env, 'AMI_ADDRESS', '127.0.0.1:15038'),
      user: env.AMI_USER || 'liandong',
      secret: secret(env, 'AMI_SECRET'),
      external: Boolean(env.AMI_ADDRESS && (env.AMI_SECRET || env.AMI_SECRET_FILE))
    },
    trunk: {
      ...address(env, 'TRUNK_ADDRESS', '127.0.0.2:15070'),
      channels: number(env, 'TRUNK_CHANNELS', 60, 1, 5000),
      reservedInbound: number(env, 'TRUNK_RESERVED_INBOUND', 10, 0, 5000),
      callsPerSecond: number(env, 'TRUNK_CALLS_PER_SECOND', 30, 1, 5000),
      qualifySeconds: number(env, 'TRUNK_QUALIFY_SECONDS', 3, 0, 5),
      callerId: digits(env, 'TRUNK_CALLER_ID', '962000'),
      ...outOfTown(env),
      keys: trunkKeys(env)
    },
    dialPrefixes: { byHand: prefixes(env, 'DIAL_BY_HAND_PREFIXES'), automatic: prefixes(env, 'DIAL_AUTOMATIC_PREFIXES') },
    centres: centres(env),
    overflow: { leader: extensionOr(env, 'OVERFLOW_LEADER'), duty: extensionOr(env, 'OVERFLOW_DUTY') },
    databaseUrl: secret(env, 'DATABASE_URL'),
    redisUrl: secret(env, 'REDIS_URL'),
    pbxNode,
    journalFile: orNull(env.PBX_JOURNAL_FILE),
    timeZone: timeZone(env),
    hotlineNumber: digits(env, 'HOTLINE_NUMBER', '962000'),
    emergencyDutyNumber: digits(env, 'EMERGENCY_DUTY_NUMBER', '50002100'),
    queueSeconds: number(env, 'QUEUE_SECONDS', 60, 2, 600),
    agentRingSeconds: number(env, 'AGENT_RING_SECONDS', 15, 2, 120),
    wrapUpSeconds: number(env, 'WRAP_UP_SECONDS', 30, 0, 3600),
    agentBackSeconds: number(env, 'AGENT_BACK_SECONDS', 30, 2, 300),
    callbacks: {
      windows: windows(env),
      ringSeconds: number(env, 'CALLBACK_RING_SECONDS', 30, 2, 120),
      attempts: number(env, 'CALLBACK_ATTEMPTS', 3, 1, 10),
      keySeconds: number(env, 'CALLBACK_KEY_SECONDS', 10, 1, 60)
    },
    emergency: {
      ringSeconds: number(env, 'EMERGENCY_RING_SECONDS', 28, 2, 120),
      attempts: number(env, 'EMERGENCY_ATTEMPTS', 3, 1, 10),
      gapSeconds: number(env, 'EMERGENCY_GAP_SECONDS', 40, 0, 600),
      roomSize: number(env, 'EMERGENCY_ROOM_SIZE', 25, 2, 200),
      keySeconds: number(env, 'EMERGENCY_KEY_SECONDS', 10, 1, 60),
      silenceSeconds: number(env, 'EMERGENCY_SILENCE_SECONDS', 1800, 5, 14_400)
    },
    sms: { provider, url: webAddress(env, 'SMS_URL'), token: secret(env, 'SMS_TOKEN') },
    speech: { url: webAddress(env, 'SPEECH_URL') },
    trustProxy: proxies(env),
    requestsPerMinute: number(env, 'REQUESTS_PER_MINUTE', 3000, 0, 1_000_000),
    logLevel: logLevel(env),
    sweepMs: { ordinary: number(env, 'SWEEP_MS', 2000, 50, 60_000), emergency: number(env, 'EMERGENCY_SWEEP_MS', 500, 50, 5000) }
  }
}
