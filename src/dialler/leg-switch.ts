import type { Switchboard } from '../pbx/switchboard.ts'

/** What the dialler needs of the exchange. */
export type LegSwitch = Pick<Switchboard, 'originate' | 'hangup' | 'livingChannels'> & {
  /** logged in and answering */
  ready: () => boolean
}
