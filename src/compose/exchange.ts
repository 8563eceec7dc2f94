import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { LegSwitch } from '../dialler/leg-switch.ts'
import { DomainError } from '../domain/errors.ts'
import { newId } from '../domain/ids.ts'
import type { QueueMembers } from '../features/agents/queue-keeper.ts'
import type { ConferenceSwitch } from '../features/emergency/conference.ts'
import type { WayInSwitch } from '../features/emergency/way-in.ts'
import { createAmiConnection, type AmiConnection } from '../pbx/ami-connection.ts'
import type { VariableName } from '../pbx/contract.ts'
import { createSwitchboard, type Switchboard } from '../pbx/switchboard.ts'

/** The PBX as each part of the service needs it: narrow verbs over one switchboard. */
export interface Exchange {
  ami: AmiConnection
  switchboard: Switchboard
  legs: LegSwitch
  queueMembers: QueueMembers
  conference: ConferenceSwitch
  wayIn: WayInSwitch
  channelOfLeg: (legId: string) => Promise<string | null>
}

/** Seconds one of our own telephones rings when it is brought into a room. */
const ownRingSeconds = 30

export function createExchange ({
  config, amiSecret, recordingsDir, log
}: { config: Config, amiSecret: string, recordingsDir: string, log: Logger }): Exchange {
  const ami = createAmiConnection({ host: config.ami.host, port: config.ami.port, user: config.ami.user, secret: amiSecret, log })
  const switchboard = createSwitchboard({ ami })
  return {
    ami,
    switchboard,
    legs: { ...switchboard, ready: () => ami.isUp() },
    queueMembers: queueMembersOn(switchboard),
    conference: conferenceOn(switchboard, recordingsDir),
    wayIn: wayInOn(switchboard, ami.isUp),
    channelOfLeg: async legId => (await switchboard.livingChannels()).find(c => c.uniqueId === legId)?.channel ?? null
  }
}

function queueMembersOn (switchboard: Switchboard): QueueMembers {
  return {
    async set (extension, { member, paused, reason }) {
      if (!member) return await switchboard.queueRemove(extension)
      if (paused) return await switchboard.queueAdd(extension, true, reason)
      try {
        await switchboard.queuePause(extension, false)
      } catch (error) {
        if (!(error instanceof DomainError && error.code === 'agent-not-signed-in')) throw error
        await switchboard.queueAdd(extension)
      }
    },
    list: async () => (await switchboard.queueStatus()).members.map(({ extension, paused }) => ({ extension, paused }))
  }
}

function conferenceOn (switchboard: Switchboard, recordingsDir: string): ConferenceSwitch {
  return {
    async mute (room, channel, on) {
      try {
        await (on ? switchboard.mute : switchboard.unmute)(room, channel)
      } catch (error) {
        // He is still being told how many are in: the dialplan seats him as the PBX's own database says.
        if (!(error instanceof DomainError && error.code === 'pbx-refused')) throw error
      }
    },
    muteParticipants: async (room, on) => { await (on ? switchboard.mute : switchboard.unmute)(room, 'participants') },
    async kick (room, channel) {
      try {
        await switchboard.kick(room, channel)
      } catch (error) {
        // He is still being told how many are in.
        if (!(error instanceof DomainError && error.code === 'pbx-refused')) throw error
        await switchboard.hangup(channel)
      }
    },
    lock: async (incidentId, on) => { await switchboard.dbPut('incident-locked', incidentId, on ? '1' : '0') },
    silenceMember: async (memberId, on) => {
      if (on) await switchboard.dbPut('member-muted', memberId, '1')
      else await switchboard.dbDelete('member-muted', memberId)
    },
    silence: async (incidentId, on) => { await switchboard.dbPut('incident-muted', incidentId, on ? '1' : '0') },
    tellOfRecording: async (incidentId, on) => { await switchboard.dbPut('incident-recorded', incidentId, on ? '1' : '0') },
    startRecording: async (room, file) => { await switchboard.record(room, join(recordingsDir, file)) },
    stopRecording: async room => { await switchboard.record(room, null) },
    say: switchboard.playInRoom,
    stifle: switchboard.stifle,
    isRegistered: switchboard.isRegistered,
    hangUp: switchboard.hangup,
    async bringApart (channel, room) {
      await switchboard.setVariable(channel, 'LD_APART', room)
      await switchboard.redirect(channel, { context: 'hotline-apart' })
    },
    async bring (channel, variables) {
      await Promise.all(
        Object.entries(variables).map(async ([name, value]) => { await switchboard.setVariable(channel, name as VariableName, value) })
      )
      await switchboard.redirect(channel, { context: 'hotline-room' })
    },
    ringInto: async (extension, channelId, variables) => {
      await switchboard.originate({ channelId, to: { extension }, context: 'hotline-room', variables, ringSeconds: ownRingSeconds })
    }
  }
}

function wayInOn (switchboard: Switchboard, ready: () => boolean): WayInSwitch {
  type Family = Parameters<Switchboard['dbPut']>[0]
  return {
    ready,
    put: async (family, key, value) => { await switchboard.dbPut(family as Family, key, value) },
    del: async (family, key) => { await switchboard.dbDelete(family as Family, key) },
    link: async (leaf, root) => { await switchboard.linkRooms(leaf, root, `link-${newId()}`) },
    linked: async () => new Set((await switchboard.livingChannels()).flatMap(c => /^Local\/([\d-]+)@hotline-room-link/.exec(c.channel)?.[1] ?? [])),
    hangUp: switchboard.hangup,
    async endRoom (room) {
      const members = await switchboard.roomMembers(room)
      await Promise.all(members.map(async m => { await switchboard.hangup(m.uniqueId) }))
    }
  }
}
