import { DomainError } from '../../../domain/errors.ts'
import { keysOf } from '../../../domain/properties.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import type { ConferenceSwitch } from './conference.ts'

/** Seconds one of our own telephones rings when it is brought into a room. */
const ownRingSeconds = 30

/** A conference's verbs over the switchboard of its PBX. */
export function conferenceOn (switchboard: Switchboard): ConferenceSwitch {
  return {
    async mute (room, channel, on) {
      try {
        await (on ? switchboard.mute : switchboard.unmute)(room, channel)
      } catch (error) {
        // The member is still being told how many are in: the dialplan seats a member as the PBX's own database says.
        if (!(error instanceof DomainError && error.code === 'pbx-refused')) throw error
      }
    },
    muteParticipants: async (room, on) => { await (on ? switchboard.mute : switchboard.unmute)(room, 'participants') },
    async kick (room, channel) {
      try {
        await switchboard.kick(room, channel)
      } catch (error) {
        // The member is still being told how many are in.
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
    startRecording: switchboard.record,
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
        keysOf(variables).map(async name => { await switchboard.setVariable(channel, name, variables[name] ?? '') })
      )
      await switchboard.redirect(channel, { context: 'hotline-room' })
    },
    ringInto: async (extension, channelId, variables) => {
      await switchboard.originate({ channelId, to: { extension }, context: 'hotline-room', variables, ringSeconds: ownRingSeconds })
    }
  }
}
