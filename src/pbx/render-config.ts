import { lstat, mkdir, readdir, readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import mustache from 'mustache'
import { DomainError } from '../domain/errors.ts'
import { amiEvents } from './contract.ts'
import { infoKeysModule, pbxModules } from './modules.ts'

/** The values for the templates under `dialplans/`. No value may hold anything that could break out of a line. */
export interface PbxSettings {
  /** name in the journal, prefix of the unique ids Asterisk makes up */
  node: string
  sip: { host: string, port: number }
  /** SIP over WebSocket for browsers; with a certificate over TLS alone */
  http: { host: string, port: number, tls?: { certFile: string, keyFile: string } | null }
  ami: { host: string, port: number, user: string, secret: string }
  /** `conferenceSilence`: seconds without one packet after which a member of a conference counts as gone */
  trunk: {
    host: string,
    port: number,
    channels: number,
    callerId: string,
    qualifySeconds?: number,
    keys: 'rfc4733' | 'info',
    conferenceSilence: number
  }
  /** edges in front of this PBX: their addresses, and the secret of their AMI user; null: none */
  edge?: { addresses: string[], secret: string } | null
  rtp?: { first: number, last: number }
  /** Asterisk's module folder */
  modulesDir: string
  /** Asterisk's own data folder, for its documentation */
  stockDataDir: string
  recordingsDir: string
  timeZone: string
  emergencyDutyNumber: string
  queueSeconds: number
  agentRingSeconds: number
  wrapUpSeconds: number
  /** default 30 */
  agentBackSeconds?: number
}

/** Where things are in a rendered PBX. */
export interface PbxPaths {
  config: string
  etcDir: string
  includesDir: string
  dataDir: string
  soundsDir: string
  mohDir: string
  varDir: string
  /** holds the modules it may load and no other */
  modulesDir: string
  spoolDir: string
  runDir: string
  logDir: string
  journalFile: string
  controlSocket: string
}

export function pbxPaths (target: string): PbxPaths {
  const logDir = join(target, 'log')
  const dataDir = join(target, 'data')
  return {
    config: join(target, 'etc/asterisk.conf'),
    etcDir: join(target, 'etc'),
    includesDir: join(target, 'etc/includes'),
    dataDir,
    soundsDir: join(dataDir, 'sounds/zh'),
    mohDir: join(dataDir, 'moh'),
    varDir: join(target, 'var'),
    modulesDir: join(target, 'modules'),
    spoolDir: join(target, 'spool'),
    runDir: join(target, 'run'),
    logDir,
    journalFile: join(logDir, 'cel-custom/journal.csv'),
    controlSocket: join(target, 'run/asterisk.ctl')
  }
}

/**
 * A value may stand in a configuration file when it cannot end its line, start a comment, a section or an inclusion,
 * or be expanded.
 * @throws DomainError `control-character`, `invalid-input`
 */
export function configValue (name: string, value: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F\u0085\u2028\u2029]/.test(value)) {
    throw new DomainError('control-character', `setting ${name} holds a control character`)
  }
  if (/[;[\]{}<>#$"'`\\%]/.test(value)) {
    throw new DomainError('invalid-input', `setting ${name} holds a character with a meaning for the PBX`)
  }
  if (Buffer.byteLength(value) > 900) throw new DomainError('invalid-input', `setting ${name} is too long`)
  return value
}

function checked (name: string, value: unknown): unknown {
  if (typeof value === 'string') return configValue(name, value)
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) checked(`${name}.${key}`, inner)
  } else if (typeof value === 'number' && !Number.isFinite(value)) throw new DomainError('invalid-input', `setting ${name} is not a number`)
  return value
}

/** Writes beside and renames, so that the PBX never reads half a file. Returns whether the content changed. */
export async function writeAtomically (file: string, content: string, mode = 0o600): Promise<boolean> {
  const before = await readFile(file, 'utf8').catch(() => null)
  if (before === content) return false
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}.new`
  await writeFile(beside, content, { mode })
  await rename(beside, file)
  return true
}

async function link (from: string, to: string): Promise<void> {
  const there = await lstat(to).catch(() => null)
  if (there) await unlink(to)
  await symlink(from, to)
}

/** A module that is not in the folder is not found: neither app_system nor func_shell can be loaded by name afterwards. */
async function linkModules (names: readonly string[], from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  const wanted = new Set(names.map(name => `${name}.so`))
  for (const name of await readdir(to)) if (!wanted.has(name)) await unlink(join(to, name))
  for (const name of wanted) await link(join(from, name), join(to, name))
}

/**
 * Fills the templates and lays out a PBX's folders under `target`. Files the service writes (`etc/includes`) are left alone.
 * @throws DomainError when a setting could not stand in a configuration file
 */
export async function renderPbxConfig ({
  templates, target, settings
}: { templates: string, target: string, settings: PbxSettings }): Promise<PbxPaths> {
  const paths = pbxPaths(target)
  const view = {
    ...settings,
    ...paths,
    mediaAddress: /^(0\.0\.0\.0|::)$/.test(settings.sip.host) ? false : settings.sip.host,
    trunk: { qualifySeconds: 3, ...settings.trunk },
    edge: settings.edge ?? null,
    rtp: settings.rtp ?? { first: 20000, last: 29999 },
    // One pattern per length: an open one ("!") also takes CR and LF, which the exchange then sends to every listener.
    dialledLengths: Array.from({ length: 18 }, (_, i) => 'X'.repeat(i + 2)),
    agentBackSeconds: settings.agentBackSeconds ?? 30,
    modulesDir: paths.modulesDir,
    modules: settings.trunk.keys === 'info' ? [...pbxModules, infoKeysModule] : pbxModules,
    amiEvents: amiEvents.filter(name => name !== 'DeviceStateChange')
  }
  for (const [name, value] of Object.entries(view)) checked(name, value)
  for (const dir of [
    paths.includesDir, join(paths.varDir, 'keys'), paths.soundsDir, paths.mohDir, paths.varDir, paths.spoolDir, paths.runDir,
    dirname(paths.journalFile), settings.recordingsDir
  ]) {
    await mkdir(dir, { recursive: true })
  }
  await link(join(settings.stockDataDir, 'documentation'), join(paths.dataDir, 'documentation'))
  await linkModules(view.modules, settings.modulesDir, paths.modulesDir)
  const files = await readdir(templates, { recursive: true, withFileTypes: true })
  for (const file of files.filter(f => f.isFile() && f.name.endsWith('.conf'))) {
    const source = join(file.parentPath, file.name)
    const name = relative(templates, source).split(sep).join('/')
    const text = mustache.render(await readFile(source, 'utf8'), view, {}, { tags: ['<%', '%>'], escape: String })
    await writeAtomically(join(paths.etcDir, name), text)
  }
  return paths
}
