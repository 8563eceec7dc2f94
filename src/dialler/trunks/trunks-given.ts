import type { Tx } from '../../db/database.ts'
import type { Desired } from '../../pbx/desired/desired.ts'
import type { DesiredValue } from '../../pbx/desired/sections.ts'
import type { TrunkLine } from '../../pbx/config-files/trunk-files.ts'
import { dialplanOrder, shareOf, sourcesOf } from './rules/trunk-check.ts'
import { allTrunks, saveShares, type Trunk } from './trunk-store.ts'

export interface GivingOptions {
  desired: Pick<Desired, 'change'>
  nodes: { readonly all: ReadonlyArray<{ name: string }> }
}

/** The files of each PBX. */
export const trunksFile = { section: 'files', key: 'trunks' } as const

const lineOf = (trunk: Trunk): TrunkLine => {
  const { id, address, transport, srtp, direction, callerId, qualifySeconds, keys, outboundProxy } = trunk
  return { id, address, sources: sourcesOf(trunk.sources), transport, srtp, direction, callerId, qualifySeconds, keys, outboundProxy }
}

/** What each PBX has to know of the trunks without us. */
function valuesOf (trunks: readonly Trunk[], nodes: readonly string[]): DesiredValue[] {
  const enabled = trunks.filter(trunk => trunk.enabled)
  const incoming = enabled.filter(trunk => trunk.direction !== 'out')
  const entry = (key: string, value: string, node?: string): DesiredValue =>
    ({ section: 'trunk', key, value, ...(node === undefined ? {} : { node }) })
  return [
    // In an order of its own: a change of priority alone is no reason to read files again.
    { ...trunksFile, value: JSON.stringify(enabled.toSorted((a, b) => a.id < b.id ? -1 : 1).map(lineOf)) },
    entry('order', dialplanOrder(trunks).map(trunk => trunk.id).join('&')),
    entry('inbound', String(incoming.reduce((sum, trunk) => sum + trunk.channels, 0))),
    ...enabled.flatMap(({ id, channels }) => nodes.map(node => entry(id, `${shareOf(channels, nodes.length)}:${channels}`, node)))
  ]
}

/** Gives every PBX the trunks and its shares as they are after this transaction; equal values are no change. */
export async function giveTrunks ({ desired, nodes }: GivingOptions, tx: Tx): Promise<void> {
  const names = nodes.all.map(node => node.name)
  saveShares(tx, names)
  desired.change(tx, { put: valuesOf(await allTrunks(tx), names) })
}

/** Takes a trunk from every PBX. */
export function takeTrunk ({ desired, nodes }: GivingOptions, tx: Tx, id: string): void {
  desired.change(tx, { withdraw: nodes.all.map(({ name: node }) => ({ section: 'trunk' as const, key: id, node })) })
}
