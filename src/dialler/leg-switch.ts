/** What the dialler needs of the switchboard. */
export interface LegSwitch {
  /** logged in and answering */
  ready: () => boolean
  /**
   * Resolves when the PBX has accepted it, which does not yet mean a channel.
   * @throws DomainError `pbx-refused` when the PBX said no, `pbx-unavailable` when nobody knows
   */
  originate: (leg: OriginateLeg) => Promise<void>
  /** Ends a channel by its unique id; quietly nothing when there is none. */
  hangup: (channelId: string) => Promise<void>
  /** Unique ids of all channels that live now. */
  livingChannels: () => Promise<ReadonlySet<string>>
}

export interface OriginateLeg {
  channelId: string
  /** `PJSIP/50008001@trunk` */
  channel: string
  context: 'hotline-leg'
  callerId: string
  ringSeconds: number
  variables: Record<string, string>
}
