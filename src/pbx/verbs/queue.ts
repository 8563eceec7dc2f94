import { DomainError } from '../../domain/errors.ts'
import type { AmiConnection } from '../ami/ami-connection.ts'
import { act, channelOf, flag, interfaceOf } from './checked.ts'

export interface QueueMember {
  extension: string
  interface: string
  paused: boolean
  reason: string
  inCall: boolean
  deviceStatus: number
}
export interface QueueCaller { uniqueId: string, channel: string, position: number, priority: number, waitSeconds: number }

/** What is done with agents' places in the hotline's queue. */
export interface QueueVerbs {
  queueAdd: (extension: string, paused?: boolean, reason?: string) => Promise<void>
  queueRemove: (extension: string) => Promise<void>
  /** Unpausing an agent also ends the queue's own wrap-up time. @throws DomainError `agent-not-signed-in` */
  queuePause: (extension: string, paused: boolean, reason?: string) => Promise<void>
  /**
   * The citizen who waits on this channel looks at once whether an agent is free for them; by itself the queue lets each look once a
   * second. A PBX without `app_senddtmf` refuses.
   */
  queueLook: (channel: string) => Promise<void>
  queueStatus: () => Promise<{ members: QueueMember[], callers: QueueCaller[] }>
  /** Says that the service is there, by the PBX's own clock. After ten seconds without, the PBX offers to the agents whose home it is. */
  serviceIsThere: () => Promise<void>
  /** With a single PBX nobody has a home: its queue stays as it is, with the service or without. */
  serviceIsNotHeard: () => Promise<void>
}

const queue = 'hotline'

const isNotThere = (error: unknown): boolean => error instanceof DomainError && /not there/i.test(String(error.details.message))

async function queueAdd (ami: AmiConnection, extension: string, paused = false, reason?: string): Promise<void> {
  const member = interfaceOf(extension)
  try {
    await act(ami, 'QueueAdd', {
      Queue: queue, Interface: member, MemberName: extension, StateInterface: member, Paused: paused, Reason: reason
    })
  } catch (error) {
    // signing in twice counts as once
    if (!(error instanceof DomainError && /already there/i.test(String(error.details.message)))) throw error
    await act(ami, 'QueuePause', { Queue: queue, Interface: member, Paused: paused, Reason: reason })
  }
}

async function queueRemove (ami: AmiConnection, extension: string): Promise<void> {
  try {
    await act(ami, 'QueueRemove', { Queue: queue, Interface: interfaceOf(extension) })
  } catch (error) {
    if (!isNotThere(error)) throw error
  }
}

async function queuePause (ami: AmiConnection, extension: string, paused: boolean, reason?: string): Promise<void> {
  if (paused) {
    await act(ami, 'QueuePause', { Queue: queue, Interface: interfaceOf(extension), Paused: true, Reason: reason })
    return
  }
  // The queue's wrap-up time cannot be cut short, but a member who joins again has none.
  try {
    await act(ami, 'QueueRemove', { Queue: queue, Interface: interfaceOf(extension) })
  } catch (error) {
    if (isNotThere(error)) throw new DomainError('agent-not-signed-in', 'this agent is not signed in')
    throw error
  }
  await queueAdd(ami, extension)
}

async function queueLook (ami: AmiConnection, channel: string): Promise<void> {
  // A key pressed by who waits ends that second. This one is on no telephone, and leads nowhere.
  await act(ami, 'PlayDTMF', { Channel: channelOf(channel), Digit: 'D', Receive: true })
}

async function queueStatus (ami: AmiConnection): Promise<{ members: QueueMember[], callers: QueueCaller[] }> {
  const events = await ami.list('QueueStatus', { Queue: queue })
  return {
    members: events.filter(e => e.event === 'QueueMember').map(e => ({
      extension: (e.location ?? '').replace(/^PJSIP\//, ''),
      interface: e.location ?? '',
      paused: flag(e.paused),
      reason: e.pausedreason ?? '',
      inCall: flag(e.incall),
      deviceStatus: Number(e.status ?? 0)
    })),
    callers: events.filter(e => e.event === 'QueueEntry').map(e => ({
      uniqueId: e.uniqueid ?? '',
      channel: e.channel ?? '',
      position: Number(e.position ?? 0),
      priority: Number(e.priority ?? 0),
      waitSeconds: Number(e.wait ?? 0)
    }))
  }
}

async function serviceIsThere (ami: AmiConnection): Promise<void> {
  const { timestamp } = await ami.action('Ping')
  await act(ami, 'Setvar', { Variable: 'SERVICE_ALIVE', Value: String(Math.floor(Number(timestamp))) })
}

async function serviceIsNotHeard (ami: AmiConnection): Promise<void> {
  await act(ami, 'Setvar', { Variable: 'SERVICE_ALIVE', Value: '' })
}

export const queueVerbs = { queueAdd, queueRemove, queuePause, queueLook, queueStatus, serviceIsThere, serviceIsNotHeard }
