import type { Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'

/** What the dialler needs of a PBX. */
export interface LegNode {
  name: string
  switchboard: Pick<Switchboard, 'originate' | 'hangup' | 'livingChannels'>
  /** logged in and answering */
  isUp: () => boolean
}

export type LegNodes = Nodes<LegNode>

/** A leg and the PBX that has it: only that PBX can act on it. */
export interface PlacedLeg { legId: string, node: string }
