import type { Database } from '../../../db/database.ts'
import type { Desired } from '../../../pbx/desired/desired.ts'
import { homesFor } from '../rules/homes.ts'
import { saveHomes, type SeatChange, type Taker } from './seat-store.ts'
import type { TelephoneNow } from './who-waits.ts'

export interface HomesOptions { db: Database, desired: Pick<Desired, 'change'> }

/**
 * Gives each agent who takes citizens a home (归属节点): the PBX that offers them while the service is silent.
 * @param nodes those with a link that are not draining
 * @param kept whether a PBX without a link keeps the agents whose home it is
 */
export async function keepHomes (
  { db, desired }: HomesOptions, agents: ReadonlyArray<Taker & { telephone: TelephoneNow }>, nodes: readonly string[],
  kept: (node: string) => boolean
): Promise<void> {
  const signedIn = agents.filter(agent => agent.signedIn)
  const can = ({ home, telephone }: (typeof agents)[number]): string[] =>
    [...home !== null && kept(home) ? [home] : [], ...telephone.reachableAt.filter(node => nodes.includes(node))]
  const moved = homesFor(signedIn.map(agent => ({ extension: agent.extension, home: agent.home, nodes: can(agent) })), nodes)
  const changes = agents.flatMap(({ extension, home, signedIn }): SeatChange[] => {
    const to = signedIn ? moved.get(extension) ?? home : null
    return to === home ? [] : [{ extension, from: home, to }]
  })
  if (changes.length === 0) return
  await db.tx(async tx => {
    const saved = await saveHomes(tx, changes)
    const at = (extension: string, node: string | null) => node === null ? [] : [{ section: 'home' as const, key: extension, node }]
    desired.change(tx, {
      withdraw: saved.flatMap(({ extension, from }) => at(extension, from)),
      put: saved.flatMap(({ extension, to }) => at(extension, to)).map(key => ({ ...key, value: '1' }))
    })
  })
}
