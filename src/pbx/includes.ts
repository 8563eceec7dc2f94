import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { DomainError } from '../domain/errors.ts'
import { isExtension } from '../domain/telephone/extension.ts'
import { filesToWrite, readersOf, type DesiredFile, type Entries } from './desired/rules/differences.ts'
import type { Lack } from './desired/rules/standing.ts'
import { configValue } from './config-files/config-value.ts'
import { trunkFrame, trunkLines, type TrunkLine } from './config-files/trunk-files.ts'
import { writeAtomically } from './config-files/write-atomically.ts'
import type { Switchboard } from './switchboard.ts'

/** A telephone that may register; `webrtc`: a browser, else a desk telephone. */
export interface AgentTelephone { extension: string, sipPassword: string, webrtc: boolean }
/** A number people dial: `service` is an old service line that now arrives on the hotline, `duty` goes ahead of the queue. */
export interface DialledNumber { did: string, name: string, kind: 'hotline' | 'service' | 'duty' }

/** Everything the PBX must know while the service is away; data, not templates. Numbers as the carrier wants them. */
export interface PbxIncludes {
  agents: readonly AgentTelephone[]
  dialledNumbers: readonly DialledNumber[]
  /** extension or number rung when nobody answers; null: nobody */
  shiftLeader: string | null
  dutyOfficer: string | null
  /** the real numbers behind 110, 119, 120, 122 */
  centres: Partial<Record<'110' | '119' | '120' | '122', string>>
}

/** The PBXs of the hotline, with their SIP addresses: rooms of one conference are joined over them. */
export type NodeAddresses = ReadonlyArray<{ name: string, host: string, port: number }>

type Reload = Parameters<Switchboard['reload']>[0]

const modules: readonly Reload[] = ['res_pjsip', 'pbx_config']
const centres = ['110', '119', '120', '122'] as const

/** null: read only as Asterisk starts */
type IncludeFile = DesiredFile<Reload | null>
interface Rendered { files: IncludeFile[], lacks: Lack[] }

const head = '; Written by the service; changes made here are overwritten.\n'
const digits = (what: string, value: string, min: number, max: number): string => {
  if (!/^\d+$/.test(value) || value.length < min || value.length > max) throw new DomainError('invalid-input', `this is no ${what}`)
  return value
}
/** Four to six digits beginning with 8 are a colleague's telephone, longer ones go over the trunk. */
const dialString = (who: string | null): string =>
  who === null ? '' : isExtension(who) ? `PJSIP/${who}` : `PJSIP/${digits('number', who, 5, 20)}@trunk`

/** What the files of a PBX hold, as it is named where something of it cannot be written. */
export const fileSections = ['agents', 'dialled-numbers', 'globals', 'nodes', 'trunks'] as const
type FileSection = typeof fileSections[number]

/** A line of the data that cannot stand in a file. */
const isOfFile = (section: FileSection, n: number): Pick<Lack, 'section' | 'key'> => ({ section, key: `files/${section}/${n}` })

/** The lines of these items; one that cannot stand in a file is left out, and named. */
function lines<T> (section: FileSection, items: readonly T[], line: (item: T) => string, lacks: Lack[]): string {
  return items.map((item, n) => {
    try {
      return line(item)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      lacks.push({ ...isOfFile(section, n), why: error.message })
      return ''
    }
  }).join('')
}

const agentLines = (agent: AgentTelephone): string => {
  const extension = digits('extension', agent.extension, 2, 6)
  const password = configValue('SIP password', agent.sipPassword)
  if (password.length < 6) throw new DomainError('invalid-input', 'a SIP password has at least 6 characters')
  return `
[${extension}](${agent.webrtc ? 'agent-browser' : 'agent-desk'})
aors = ${extension}
auth = ${extension}
callerid = ${extension} <${extension}>
[${extension}](agent-auth)
username = ${extension}
password = ${password}
[${extension}](agent-aor)
`
}

/** The dialplan's argument separators may not stand in a name. */
const nameOf = (name: string): string => configValue('name of a service line', name).replace(/[,&()=|^]/g, ' ')

const numberLine = (n: DialledNumber): string => `exten => ${digits('dialled number', n.did,
  3, 20)},1,Return(${n.kind}:${n.kind === 'service' ? nameOf(n.name) : ''})\n`

const byName = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0

/** The files of this data. What cannot stand in a file is left out, and named without its value; the rest is in force. */
export function renderIncludes (includes: PbxIncludes): Rendered {
  const lacks: Lack[] = []
  const agents = [...includes.agents].sort((a, b) => byName(a.extension, b.extension))
  const numbers = [...includes.dialledNumbers].sort((a, b) => byName(a.did, b.did))
  const globals: Array<[name: string, value: () => string]> = [
    ['SHIFT_LEADER', () => dialString(includes.shiftLeader)],
    ['DUTY_OFFICER', () => dialString(includes.dutyOfficer)],
    ...centres.map((centre): [string, () => string] => {
      const number = includes.centres[centre]
      return [`CENTRE_${centre}`, () => number ? digits('number', number, 5, 20) : '']
    })
  ]
  const files: IncludeFile[] = [
    { name: 'agents.conf', content: head + lines('agents', agents, agentLines, lacks), readBy: 'res_pjsip' },
    { name: 'dialled-numbers.conf', content: head + lines('dialled-numbers', numbers, numberLine, lacks), readBy: 'pbx_config' },
    {
      name: 'globals.conf',
      content: head + lines('globals', globals, ([name, value]) => `${name}=${value()}\n`, lacks),
      readBy: 'pbx_config'
    }
  ]
  return { files, lacks }
}

/** Where another PBX calls from, and where it is called. Who says to be `node-<name>` is believed from that address alone. */
const nodeLines = (own: string) => ({ name, host, port }: NodeAddresses[number]): string => {
  const endpoint = `node-${configValue('PBX', name)}`
  const family = isIP(host)
  if (family === 0) throw new DomainError('invalid-input', 'the SIP address of a PBX must be an IP address')
  const address = family === 6 ? `[${host}]` : host
  return `
[${endpoint}](node-link)
aors = ${endpoint}
from_user = node-${configValue('PBX', own)}
permit = ${host}/${family === 6 ? 128 : 32}
[${endpoint}]
type = identify
endpoint = ${endpoint}
match_header = From: /<sip:${endpoint}@/
[${endpoint}](node-link-aor)
contact = sip:${address}:${port}
`
}

/** The same of the other PBXs. */
export function renderNodes (nodes: NodeAddresses, own: string): Rendered {
  const lacks: Lack[] = []
  const others = nodes.filter(({ name }) => name !== own).sort((a, b) => byName(a.name, b.name))
  return { files: [{ name: 'nodes.conf', content: head + lines('nodes', others, nodeLines(own), lacks), readBy: 'res_pjsip' }], lacks }
}

/** The files of these trunks. */
export function renderTrunks (trunks: readonly TrunkLine[]): Rendered {
  const lacks: Lack[] = []
  const { pjsip, modules } = trunkFrame(trunks)
  return {
    files: [
      { name: 'trunks.conf', content: pjsip + lines('trunks', trunks, trunkLines, lacks), readBy: 'res_pjsip' },
      { name: 'modules.conf', content: modules, readBy: null }
    ],
    lacks
  }
}

/** Keys of the section `files`, and what becomes of the value of each. */
const rendered = {
  exchange: (data: string): Rendered => renderIncludes(JSON.parse(data) as PbxIncludes),
  trunks: (data: string): Rendered => renderTrunks(JSON.parse(data) as TrunkLine[]),
  nodes: (data: string, own: string): Rendered => renderNodes(JSON.parse(data) as NodeAddresses, own)
}
export type FilesKey = keyof typeof rendered
export const filesKeys = Object.keys(rendered) as FilesKey[]

/** Writes the data the PBX must know without the service, and reloads only the changed files. */
export function createPbxIncludes (
  { node, includesDir, reload }: { node: string, includesDir: string, reload: (module: Reload) => Promise<void> }
) {
  // Beside the files: a process that begins anew does the reload that the one before it could not.
  const mark = (module: Reload): string => join(includesDir, `.reload-${module}`)
  const owed = async (): Promise<Set<string>> => {
    const names = await readdir(includesDir).catch(() => [])
    return new Set(names.flatMap(name => /^\.reload-(.*)$/.exec(name)?.[1] ?? []))
  }
  const present = async (files: readonly IncludeFile[]): Promise<Entries> => {
    const read = await Promise.all(files.map(async ({ name }) => await readFile(join(includesDir, name), 'utf8').catch(() => null)))
    return new Map(files.flatMap(({ name }, n) => read[n] === null || read[n] === undefined ? [] : [[name, read[n]]]))
  }
  return {
    /**
     * Running calls go on. With the PBX away the files are written all the same and the reload is owed.
     * @param key what it is; @param data JSON of `PbxIncludes`, of a list of `TrunkLine`, or of `NodeAddresses`
     * @returns what could not be written
     * @throws DomainError `pbx-unavailable` when a reload is owed
     */
    async apply (key: FilesKey, data: string): Promise<Lack[]> {
      const { files, lacks } = rendered[key](data, node)
      const due = filesToWrite(files, await present(files))
      const readers = readersOf(modules, await owed(), due)
      await mkdir(includesDir, { recursive: true })
      // First: this process may end in between.
      for (const module of readers) await writeFile(mark(module), '')
      for (const { name, content } of due) await writeAtomically(join(includesDir, name), content)
      for (const module of readers) {
        await reload(module)
        await rm(mark(module), { force: true })
      }
      return lacks
    }
  }
}
