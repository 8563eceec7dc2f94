import type { Logger } from 'pino'
import type { Database, Queryable } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler } from '../../dialler/dialler-types.ts'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Module } from '../../module.ts'
import type { Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import type { ManualCallsOptions } from './manual-call-context.ts'
import { createManualCalls, type ManualCalls } from './manual-calls.ts'
import { createOwnTelephone, type OwnTelephoneOptions } from './own-telephone.ts'
import { switchingRoutes } from './switching-routes.ts'
import { createSwitching } from './switching.ts'
import { telephoneNode, type TelephoneNode } from './telephone-node.ts'
import type { SwitchingOptions } from './switching-context.ts'
import { manualCallNumbers } from './sealed-manual-calls-store.ts'

export interface SwitchingNeeds extends Pick<OwnTelephoneOptions, 'numbersOf'> {
  db: Database
  sealing: Sealing
  clock: Clock
  log: Logger
  nodes: Nodes<TelephoneNode & { switchboard: Switchboard }>
  dialler: Dialler
  permission: DialPermission
  /** the carrier's spelling of a number */
  carrierNumber: (q: Queryable, number: PhoneNumber) => Promise<string>
  calls: {
    note: SwitchingOptions['note']
    sees: SwitchingOptions['seesCall']
    numberOf: ManualCallsOptions['numberOfCall']
    returnsByHand: ManualCallsOptions['returns']
  }
  orders: Pick<ManualCallsOptions, 'numberOfOrder' | 'firstContact' | 'notReached'>
}

/** Hold, transfer, consult, and calling a citizen by a click. */
export function switchingModule ({
  nodes, permission, carrierNumber, calls, orders, numbersOf, log, ...needs
}: SwitchingNeeds): Module & { manualCalls: ManualCalls } {
  const { sealing, clock, dialler } = needs
  const switching = createSwitching({ clock, nodes, permission, carrierNumber, note: calls.note, seesCall: calls.sees })
  const ownTelephone = createOwnTelephone({
    sealing,
    clock,
    dialler,
    permission,
    telephoneNode: () => telephoneNode(nodes, null).name,
    numbersOf
  })
  const manualCalls = createManualCalls({
    ...needs,
    ...orders,
    nodes,
    ownTelephone,
    numberOfCall: calls.numberOf,
    returns: calls.returnsByHand,
    onError: error => { log.warn({ err: error }, 'a call by hand could not be placed') }
  })
  dialler.listen(manualCalls.legListener)
  dialler.listen(ownTelephone.legListener)
  return {
    name: 'switching',
    manualCalls,
    routes: [switchingRoutes({ switching, manualCalls })],
    journal: { handler: manualCalls.journalHandler, after: ['calls', 'dialler'] },
    sweeps: [manualCalls.sweep],
    resealed: { numbers: [manualCallNumbers] }
  }
}
