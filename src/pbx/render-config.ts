import { lstat, mkdir, readdir, readFile, symlink, unlink } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import mustache from 'mustache'
import { DomainError } from '../domain/errors.ts'
import { amiEvents } from './contract.ts'
import { configValue } from './config-files/config-value.ts'
import { renderTrunks } from './includes.ts'
import { infoKeysModule, pbxModules } from './modules.ts'
import { writeAtomically } from './config-files/write-atomically.ts'

/** The values for the templates under `dialplans/`. No value may hold anything that could break out of a line. */
export interface PbxSettings {
  /** name in the journal, prefix of the unique ids Asterisk makes up */
  node: string
  sip: { host: string, port: number }
  /** for carriers over TLS; default: the port beside the SIP port */
  tlsPort?: number
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
    /** certificates by which carriers over TLS are known; default: those of the machine */
    caFile?: string | null
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

function checked (name: string, value: unknown): unknown {
  if (typeof value === 'string') return configValue(name, value)
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) checked(`${name}.${key}`, inner)
  } else if (typeof value === 'number' && !Number.isFinite(value)) throw new DomainError('invalid-input', `setting ${name} is not a number`)
  return value
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

/** The trunk of the settings, for a PBX that nobody has given its trunks yet. */
async function firstTrunk (includesDir: string, trunk: PbxSettings['trunk']): Promise<void> {
  const { host, port, callerId, keys, qualifySeconds = 3 } = trunk
  const { files } = renderTrunks([{
    id: 'trunk',
    address: `${host}:${port}`,
    transport: 'udp',
    srtp: false,
    direction: 'both',
    callerId,
    keys,
    qualifySeconds,
    outboundProxy: ''
  }])
  for (const { name, content } of files) {
    if (await lstat(join(includesDir, name)).catch(() => null) === null) await writeAtomically(join(includesDir, name), content)
  }
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
    trunk: { caFile: null, ...settings.trunk },
    mediaAddress: /^(0\.0\.0\.0|::)$/.test(settings.sip.host) ? false : settings.sip.host,
    tlsPort: settings.tlsPort ?? settings.sip.port + 1,
    edge: settings.edge ?? null,
    rtp: settings.rtp ?? { first: 20000, last: 29999 },
    // One pattern per length: an open one ("!") also takes CR and LF, which the exchange then sends to every listener.
    dialledLengths: Array.from({ length: 18 }, (_, i) => 'X'.repeat(i + 2)),
    agentBackSeconds: settings.agentBackSeconds ?? 30,
    modulesDir: paths.modulesDir,
    modules: pbxModules,
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
  await linkModules([...pbxModules, infoKeysModule], settings.modulesDir, paths.modulesDir)
  await firstTrunk(paths.includesDir, settings.trunk)
  const files = await readdir(templates, { recursive: true, withFileTypes: true })
  for (const file of files.filter(f => f.isFile() && f.name.endsWith('.conf'))) {
    const source = join(file.parentPath, file.name)
    const name = relative(templates, source).split(sep).join('/')
    const text = mustache.render(await readFile(source, 'utf8'), view, {}, { tags: ['<%', '%>'], escape: String })
    await writeAtomically(join(paths.etcDir, name), text)
  }
  return paths
}
