import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import { parsePhoneNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { isExtension } from '../../domain/telephone/extension.ts'
import { bind } from '../../domain/bind.ts'
import { isPbxAway } from '../../domain/errors.ts'
import type { Desired } from '../../pbx/desired/desired.ts'
import type { NodeAddresses, PbxIncludes } from '../../pbx/includes.ts'
import type { Nodes, NodeSetting } from '../../pbx/nodes.ts'

export interface ExchangeFilesNeeds {
  db: Pick<Database, 'tx'>
  nodes: Pick<Nodes<Pick<NodeSetting, 'name' | 'sip'>>, 'all' | 'each'>
  desired: Pick<Desired, 'change' | 'applied'>
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
  carrierNumber: (q: Queryable, number: PhoneNumber) => Promise<string>
}

const files = { section: 'files', key: 'exchange' } as const

/** An extension, or a number outside that may be rung. */
async function reachable (
  { permission, carrierNumber, log }: ExchangeFilesNeeds, q: Queryable, who: string | null
): Promise<string | null> {
  if (who === null || isExtension(who)) return who
  const number = parsePhoneNumber(who)
  const refused = (await permission.now(q))(number, 'person')
  if (!refused) return await carrierNumber(q, number)
  log.error({ code: refused.code, kind: refused.details.kind },
    'who takes over from the queue has a number that is not dialled: nobody takes over there')
  return null
}

/** Agents, dialled numbers, leaders and centres, as each PBX is to read them after this transaction. */
async function write (needs: ExchangeFilesNeeds, tx: Tx, accounts: PbxIncludes['agents']): Promise<void> {
  const { desired, overflow, centres: centresOf, dialledLines, shiftLeaders } = needs
  // Where nobody is named, the first two shift leaders with a telephone of the exchange stand in.
  const leaders = await shiftLeaders(tx)
  const includes: PbxIncludes = {
    agents: accounts.map(({ extension, sipPassword, webrtc }) => ({ extension, sipPassword, webrtc })),
    dialledNumbers: (await dialledLines(tx)).toSorted((a, b) => a.did < b.did ? -1 : 1),
    shiftLeader: await reachable(needs, tx, overflow.leader ?? leaders[0] ?? null),
    dutyOfficer: await reachable(needs, tx, overflow.duty ?? leaders[1] ?? null),
    centres: await centresOf(tx)
  }
  desired.change(tx, { put: [{ ...files, value: JSON.stringify(includes) }] })
}

/** Resolves when each PBX with a link has read them. One that does not in time reads them later. */
async function known ({ desired, log }: ExchangeFilesNeeds): Promise<void> {
  try {
    await desired.applied(files)
  } catch (error) {
    if (!isPbxAway(error)) throw error
    log.warn({ err: error }, 'a PBX has not read its telephones yet')
  }
}

/** The addresses of all PBXs, as each is to read them. */
async function writeNodes ({ db, desired, nodes }: ExchangeFilesNeeds): Promise<void> {
  const addresses: NodeAddresses = nodes.all.map(({ name, sip }) => ({ name, host: sip.host, port: sip.port }))
  await db.tx(async tx => {
    desired.change(tx, { put: [{ section: 'files', key: 'nodes', value: JSON.stringify(addresses) }] })
  })
}

export const createExchangeFiles = (needs: ExchangeFilesNeeds) => bind(needs, { write, writeNodes, known })

export type ExchangeFiles = ReturnType<typeof createExchangeFiles>
