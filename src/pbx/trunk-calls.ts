import type { AmiConnection } from './ami/ami-connection.ts'

/** A call over a trunk, in either direction. */
export interface TrunkCall {
  /** the caller's or dialled digits as the dialplan set them; empty: withheld */
  number: string
}

/**
 * Calls over trunks that this PBX has now, without test calls of an edge. Needs no more than the class `reporting`.
 * @throws DomainError `pbx-unavailable`, `pbx-refused`
 */
export async function trunkCalls (ami: Pick<AmiConnection, 'list'>, timeoutMs: number): Promise<TrunkCall[]> {
  const channels = await ami.list('CoreShowChannels', {}, timeoutMs)
  const calls = channels.filter(({ channel = '', exten }) => /^PJSIP\/trunk/.test(channel) && exten !== 'test-call')
  return calls.map(({ calleridnum = '' }) => ({
    number: /^\+?\d{3,20}$/.test(calleridnum) ? calleridnum : ''
  }))
}
