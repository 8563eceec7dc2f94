import type { Foundation } from './foundation.ts'
import type { AgentAccount } from '../features/agents/agents-store.ts'
import { createPbxIncludes, type DialledNumber, type PbxIncludes } from '../pbx/includes.ts'

/** What the dialplan must know by itself, kept in setting `exchange`; without it, the first two shift leaders stand in. */
interface ExchangeSetting { shiftLeader?: string, dutyOfficer?: string, centres?: PbxIncludes['centres'] }

// The sample plan never reaches a real emergency centre: its simulator answers at these numbers.
const sampleCentres: PbxIncludes['centres'] = { 110: '50009110', 119: '50009119', 120: '50009120', 122: '50009122' }

export interface PhoneBook {
  /** writes agents, dialled numbers, leaders and centres for the PBX, and has it read what changed */
  write: (accounts: readonly AgentAccount[]) => Promise<void>
  /** after the link came up */
  reloadOwed: () => Promise<void>
}

export function createPhoneBook ({ db, pbx, exchange, log }: Pick<Foundation, 'db' | 'pbx' | 'exchange' | 'log'>): PhoneBook {
  if (pbx === null) {
    return { write: async () => { log.info('the PBX is kept by others: its telephones are set up there') }, reloadOwed: async () => {} }
  }
  const includes = createPbxIncludes({ includesDir: pbx.includesDir, reload: exchange.switchboard.reload })

  async function setting (): Promise<ExchangeSetting> {
    const [row] = await db.query<{ value: ExchangeSetting }>('select value from setting where name = \'exchange\'')
    const leaders = await db.query<{ extension: string }>('select extension from user_account where \'SHIFT_LEADER\' = any(roles) and extension is not null and disabled_at is null order by extension limit 2')
    const [sample] = await db.query('select 1 from person where sample limit 1')
    const [first, second] = leaders.map(l => l.extension)
    return { ...(first ? { shiftLeader: first } : {}), ...(second ? { dutyOfficer: second } : {}), ...(sample ? { centres: sampleCentres } : {}), ...row?.value }
  }

  return {
    async write (accounts) {
      const { shiftLeader = null, dutyOfficer = null, centres = {} } = await setting()
      const dialledNumbers = await db.query<DialledNumber>('select did, name, kind from service_line')
      await includes.apply({ agents: accounts, dialledNumbers, shiftLeader, dutyOfficer, centres })
    },
    reloadOwed: includes.reloadOwed
  }
}
