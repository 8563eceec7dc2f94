import type { Foundation } from './foundation.ts'
import { centresOf } from './our-numbers.ts'
import type { DialPermission } from '../dialler/dial-permission.ts'
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-number.ts'
import type { AgentAccount } from '../features/agents/agents-store.ts'
import { createPbxIncludes, type DialledNumber } from '../pbx/includes.ts'
import type { Sweep } from '../queue/alarms.ts'

export interface PhoneBook {
  /** writes agents, dialled numbers, leaders and centres for the PBX, and has it read what changed */
  write: (accounts: readonly AgentAccount[]) => Promise<void>
  /** after the link came up */
  reloadOwed: () => Promise<void>
  /** has the PBX read what another process has written and could not have it read */
  sweep: Sweep
}

export interface PhoneBookSeams {
  permission: DialPermission
  /** how the carrier wants a number */
  carrierNumber: (number: PhoneNumber) => string
}

const sweepOf = (run: () => Promise<void>): Sweep => ({ name: 'telephones of the PBX', pace: 'ordinary', run })

export function createPhoneBook ({ config, db, pbx, exchange, log }: Pick<Foundation, 'config' | 'db' | 'pbx' | 'exchange' | 'log'>, { permission, carrierNumber }: PhoneBookSeams): PhoneBook {
  if (pbx === null) {
    return { write: async () => { log.info('the PBX is kept by others: its telephones are set up there') }, reloadOwed: async () => {}, sweep: sweepOf(async () => {}) }
  }
  const includes = createPbxIncludes({ includesDir: pbx.includesDir, reload: exchange.switchboard.reload })

  /** An extension, or a number outside that may be rung. */
  async function reachable (who: string | null): Promise<string | null> {
    if (who === null || /^8\d{3}$/.test(who)) return who
    const number = parsePhoneNumber(who)
    const refused = (await permission.now(db))(number, 'person')
    if (!refused) return carrierNumber(number)
    log.error({ code: refused.code, kind: refused.details.kind }, 'who takes over from the queue has a number that is not dialled: nobody takes over there')
    return null
  }

  return {
    async write (accounts) {
      // Where nobody is named, the first two shift leaders with a telephone of the exchange stand in.
      const [leaders, dialledNumbers, centres] = await Promise.all([
        db.query<{ extension: string }>('select extension from user_account where \'SHIFT_LEADER\' = any(roles) and extension is not null and disabled_at is null order by extension limit 2'),
        db.query<DialledNumber>('select did, name, kind from service_line'),
        centresOf(db, config)
      ])
      await includes.apply({
        agents: accounts,
        dialledNumbers,
        shiftLeader: await reachable(config.overflow.leader ?? leaders[0]?.extension ?? null),
        dutyOfficer: await reachable(config.overflow.duty ?? leaders[1]?.extension ?? null),
        centres
      })
    },
    reloadOwed: includes.reloadOwed,
    sweep: sweepOf(async () => { if (exchange.ami.isUp()) await includes.reloadOwed() })
  }
}
