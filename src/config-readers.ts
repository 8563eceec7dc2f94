// How each kind of setting is read from the environment and checked.
import { accessSync, constants, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { isAlways } from './calendar/rules/allowed-hours.ts'
import { isEmergencyNumber, parsePhoneNumber } from './domain/telephone/phone-number.ts'
import { isExtension } from './domain/telephone/extension.ts'

export type Env = Record<string, string | undefined>

/** How the carrier sends pressed keys; `info`: by SIP INFO alone. */
export type TrunkKeys = 'rfc4733' | 'info'

/** A host and port, written `127.0.0.1:9620`. */
export interface Address { host: string, port: number }

/** Files of a certificate, with its chain, and its key. */
export interface Certificate { certFile: string, keyFile: string }

/** The real numbers behind 110, 119, 120 and 122; 110 itself is never dialled. */
export type Centres = Partial<Record<'110' | '119' | '120' | '122', string>>

/** For the operator: the setting, its fault, and a right value. */
export class ConfigError extends Error {
  constructor (name: string, value: string, wanted: string) {
    super(`setting ${name}=${value} cannot be used: ${wanted}`)
    this.name = 'ConfigError'
  }
}

export function address (env: Env, name: string, fallback: string): Address {
  const value = env[name] || fallback
  const match = /^(.+):(\d{1,5})$/.exec(value)
  const port = Number(match?.[2])
  if (!match?.[1] || port < 1 || port > 65535) throw new ConfigError(name, value, 'write host:port, such as ' + fallback)
  return { host: match[1].replace(/^\[|\]$/g, ''), port }
}

export function number (env: Env, name: string, fallback: number, min: number, max: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : NaN
  if (!(value >= min && value <= max)) throw new ConfigError(name, text, `a whole number from ${min} to ${max}`)
  return value
}

/** The same of a setting that may be left to the policy's row: null when it is not set. */
export function numberOrNull (env: Env, name: string, min: number, max: number): number | null {
  return env[name] === undefined || env[name] === '' ? null : number(env, name, min, min, max)
}

/** A number as it is dialled or shown, digits alone. */
export function digits (env: Env, name: string, fallback: string): string {
  const value = env[name] || fallback
  if (!/^\d{3,20}$/.test(value)) throw new ConfigError(name, value, `digits alone, such as ${fallback}`)
  return value
}

/** A web address, or null. */
export function webAddress (env: Env, name: string): string | null {
  const value = env[name]
  if (!value) return null
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new ConfigError(name, value, 'such as https://gateway.example/send')
  }
  return value
}

export function windows (env: Env): string | null {
  const value = env.CALLBACK_WINDOWS
  if (!value) return null
  try {
    if (!isAlways(value)) return value
  } catch {}
  throw new ConfigError('CALLBACK_WINDOWS', value, 'such as 09:00-12:00,13:30-20:00')
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

export function logLevel (env: Env): string {
  const value = env.LOG_LEVEL || 'info'
  if (!logLevels.includes(value)) throw new ConfigError('LOG_LEVEL', value, logLevels.join(', '))
  return value
}

export const orNull = (text: string | undefined): string | null => text || null

export function timeZone (env: Env): string {
  const name = env.TIME_ZONE || 'Asia/Shanghai'
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch {
    throw new ConfigError('TIME_ZONE', name, 'an IANA time zone, such as Asia/Shanghai')
  }
}

/** Addresses and networks, separated by commas: `10.1.2.3`, `10.0.0.0/8`. */
export function proxies (env: Env): string[] {
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
export function secret (env: Env, name: string): string | null {
  const file = env[`${name}_FILE`]
  if (!file) return orNull(env[name])
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new ConfigError(`${name}_FILE`, file, 'the file cannot be read')
  }
}

/** The service's key for citizens' data, where its folder is elsewhere. */
export function dataKey (env: Env): string | null {
  const key = secret(env, 'DATA_KEY')
  // The key itself is not said.
  if (key !== null && Buffer.from(key, 'base64').length !== 32) {
    throw new ConfigError('DATA_KEY', '…', 'the dataKey of the service\'s secrets.json')
  }
  return key
}

export function trunkKeys (env: Env): TrunkKeys {
  const keys = env.TRUNK_KEYS || 'rfc4733'
  if (keys !== 'rfc4733' && keys !== 'info') throw new ConfigError('TRUNK_KEYS', keys, 'rfc4733 or info')
  return keys
}

export function tls (env: Env): Certificate | null {
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

export function webSocketUrl (env: Env, { host, port }: Address): string {
  const url = env.PBX_WEBSOCKET_URL || `${env.TLS_CERT_FILE ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}/ws`
  if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) {
    throw new ConfigError('PBX_WEBSOCKET_URL', url, 'such as wss://hotline.example:8089/ws')
  }
  return url
}

export function prefixes (env: Env, name: string): string[] {
  const list = (env[name] ?? '').split(',').map(p => p.trim()).filter(p => p !== '')
  for (const prefix of list) {
    if (!/^\+?\d{1,15}$/.test(prefix)) throw new ConfigError(name, prefix, 'prefixes divided by commas, such as +852,95598')
  }
  return list
}

/** The carrier's prefix before mobiles of other places, and the carrier's own list of local ones: 7 digits at the start of each line. */
export function outOfTown (env: Env): { outOfTownPrefix: string, localMobiles: string[] } {
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

/** A dialable number in its stored form, or null. */
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

export function centres (env: Env): Centres {
  const named = {
    110: telephone(env, 'CENTRE_POLICE'),
    119: telephone(env, 'CENTRE_FIRE'),
    120: telephone(env, 'CENTRE_AMBULANCE'),
    122: telephone(env, 'CENTRE_TRAFFIC')
  }
  return Object.fromEntries(Object.entries(named).filter(([, number]) => number !== null))
}

/** An extension of four digits, or a number outside. */
export const extensionOr = (env: Env, name: string): string | null =>
  isExtension(env[name] ?? '') ? env[name] ?? null : telephone(env, name)
