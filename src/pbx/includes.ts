import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError, isPbxAway } from '../domain/errors.ts'
import { isExtension } from '../domain/telephone/extension.ts'
import { configValue, writeAtomically } from './render-config.ts'
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

type Reload = Parameters<Switchboard['reload']>[0]

const modules: readonly Reload[] = ['res_pjsip', 'pbx_config']

const head = '; Written by the service; changes made here are overwritten.\n'
const digits = (what: string, value: string, min: number, max: number): string => {
  if (!/^\d+$/.test(value) || value.length < min || value.length > max) throw new DomainError('invalid-input', `this is no ${what}`)
  return value
}
/** Four to six digits beginning with 8 are a colleague's telephone, longer ones go over the trunk. */
const dialString = (who: string | null): string =>
  who === null ? '' : isExtension(who) ? `PJSIP/${who}` : `PJSIP/${digits('number', who, 5, 20)}@trunk`

function agentsFile (agents: readonly AgentTelephone[]): string {
  return head + [...agents].sort((a, b) => a.extension.localeCompare(b.extension)).map(agent => {
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
  }).join('')
}

/** The dialplan's argument separators may not stand in a name. */
const nameOf = (name: string): string => configValue('name of a service line', name).replace(/[,&()=|^]/g, ' ')

const numbersFile = (numbers: readonly DialledNumber[]): string => head + [...numbers].sort((a, b) => a.did.localeCompare(b.did))
  .map(n => `exten => ${digits('dialled number', n.did,
    3, 20)},1,Return(${n.kind}:${n.kind === 'service' ? nameOf(n.name) : ''})\n`).join('')

const globalsFile = (includes: PbxIncludes): string => `${head}SHIFT_LEADER=${dialString(includes.shiftLeader)}\n` +
  `DUTY_OFFICER=${dialString(includes.dutyOfficer)}\n` +
  (['110', '119', '120', '122'] as const).map(centre => `CENTRE_${centre}=${includes.centres[centre]
    ? digits('number', includes.centres[centre], 5, 20)
    : ''}\n`).join('')

/** Writes the data the PBX must know without the service, and reloads only the changed files. */
export function createPbxIncludes ({ includesDir, reload }: { includesDir: string, reload: (module: Reload) => Promise<void> }): {
  /**
   * Running calls go on. With the PBX away the files are written all the same and the reload is owed.
   * @throws DomainError when a value could not stand in a configuration file; nothing is written then
   */
  apply: (includes: PbxIncludes) => Promise<{ changed: string[], reloaded: boolean }>
  /** Catches up on owed reloads of any process: when the link comes up, and every now and then. */
  reloadOwed: () => Promise<void>
} {
  // Beside the files: another process can do the reload that the writing process could not.
  const mark = (module: Reload): string => join(includesDir, `.reload-${module}`)
  const owe = async (module: Reload): Promise<void> => {
    await mkdir(includesDir, { recursive: true })
    await writeFile(mark(module), '')
  }
  const reloadOwed = async (): Promise<void> => {
    const names = new Set(await readdir(includesDir).catch(() => []))
    for (const module of modules.filter(m => names.has(`.reload-${m}`))) {
      // First: files written from here on are due again.
      await rm(mark(module), { force: true })
      try {
        await reload(module)
      } catch (error) {
        await owe(module)
        throw error
      }
    }
  }
  return {
    apply: async includes => {
      const files: Array<[name: string, content: string, module: Reload]> = [
        ['agents.conf', agentsFile(includes.agents), 'res_pjsip'],
        ['dialled-numbers.conf', numbersFile(includes.dialledNumbers), 'pbx_config'],
        ['globals.conf', globalsFile(includes), 'pbx_config']
      ]
      const changed: string[] = []
      for (const [name, content, module] of files) {
        if (await readFile(join(includesDir, name), 'utf8').catch(() => null) === content) continue
        // Before: this process may end in between. After: another one may have reloaded too early.
        await owe(module)
        await writeAtomically(join(includesDir, name), content)
        await owe(module)
        changed.push(name)
      }
      try {
        await reloadOwed()
        return { changed, reloaded: true }
      } catch (error) {
        if (isPbxAway(error)) return { changed, reloaded: false }
        throw error
      }
    },
    reloadOwed
  }
}
