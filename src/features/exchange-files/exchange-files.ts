import type { Logger } from 'pino'
import type { Database, Queryable } from '../../db/database.ts'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import { parsePhoneNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { isExtension } from '../../domain/telephone/extension.ts'
import { createPbxIncludes, type PbxIncludes } from '../../pbx/includes.ts'
import { tellEvery } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import type { Sweep } from '../../queue/alarms.ts'

export interface ExchangeFiles {
  /** writes agents, dialled numbers, leaders and centres for the PBX; the PBX then reads what changed */
  write: (accounts: PbxIncludes['agents']) => Promise<void>
  /** after the link to this PBX came up */
  reloadOwed: (node: string) => Promise<void>
  /** has each PBX read files that another process wrote but could not have read */
  sweep: Sweep
}

export interface ExchangeFilesNeeds {
  db: Database
  /** each PBX; where one of our own reads its includes, null: it is kept by others */
  nodes: ReadonlyArray<{ name: string, includesDir: string | null, switchboard: Pick<Switchboard, 'reload'>, isUp: () => boolean }>
  /** extension or number that is rung when nobody takes a citizen, and then; null: the first two shift leaders with a telephone */
  overflow: { leader: string | null, duty: string | null }
  centres: (q: Queryable) => Promise<PbxIncludes['centres']>
  /** the numbers that lead here */
  dialledLines: (q: Queryable) => Promise<PbxIncludes['dialledNumbers']>
  /** telephones of the shift leaders, in order */
  shiftLeaders: (q: Queryable) => Promise<readonly string[]>
  log: Logger
  permission: Pick<DialPermission, 'now'>
  /** how the carrier wants a number */
  carrierNumber: (number: PhoneNumber) => string
}

const sweepOf = (run: () => Promise<void>): Sweep => ({ name: 'telephones of the PBX', pace: 'ordinary', run })

export function createExchangeFiles ({
  db, nodes, overflow, centres: centresOf, dialledLines, shiftLeaders, log, permission, carrierNumber
}: ExchangeFilesNeeds): ExchangeFiles {
  const own = nodes.flatMap(({ name, includesDir, switchboard, isUp }) =>
    includesDir === null ? [] : { name, isUp, includes: createPbxIncludes({ includesDir, reload: switchboard.reload }) })
  if (own.length === 0) {
    return {
      write: async () => { log.info('the PBX is kept by others: its telephones are set up there') },
      reloadOwed: async () => {},
      sweep: sweepOf(async () => {})
    }
  }

  /** An extension, or a number outside that may be rung. */
  async function reachable (who: string | null): Promise<string | null> {
    if (who === null || isExtension(who)) return who
    const number = parsePhoneNumber(who)
    const refused = (await permission.now(db))(number, 'person')
    if (!refused) return carrierNumber(number)
    log.error({ code: refused.code, kind: refused.details.kind },
      'who takes over from the queue has a number that is not dialled: nobody takes over there')
    return null
  }

  return {
    async write (accounts) {
      // Where nobody is named, the first two shift leaders with a telephone of the exchange stand in.
      const [leaders, dialledNumbers, centres] = await Promise.all([
        shiftLeaders(db),
        dialledLines(db),
        centresOf(db)
      ])
      const shiftLeader = await reachable(overflow.leader ?? leaders[0] ?? null)
      const dutyOfficer = await reachable(overflow.duty ?? leaders[1] ?? null)
      await tellEvery({ all: own }, async ({ includes }) => {
        await includes.apply({ agents: accounts, dialledNumbers, shiftLeader, dutyOfficer, centres })
      })
    },
    async reloadOwed (node) { await own.find(({ name }) => name === node)?.includes.reloadOwed() },
    sweep: sweepOf(async () => {
      await tellEvery({ all: own }, async ({ isUp, includes }) => { if (isUp()) await includes.reloadOwed() })
    })
  }
}
