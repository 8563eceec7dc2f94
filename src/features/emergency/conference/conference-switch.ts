import { DomainError } from '../../../domain/errors.ts'
import { keysOf } from '../../../domain/properties.ts'
import type { Desired } from '../../../pbx/desired/desired.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import { memberMuted, switchedOn } from './conference-state.ts'
import type { ConferenceSwitch } from './conference.ts'

/** Seconds one of our own telephones rings when it is brought into a room. */
const ownRingSeconds = 30

/** A conference's verbs over the switchboard of its PBX, and what that PBX must know of it. */
export function conferenceOn (
  { name: node, switchboard }: { name: string, switchboard: Switchboard }, desired: Pick<Desired, 'enforce'>
): ConferenceSwitch {
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
    lock: async (incidentId, on) => { await desired.enforce(switchedOn('incident-locked', incidentId, node, on)) },
    silenceMembers: async (memberIds, on) => { if (memberIds.length > 0) await desired.enforce(memberMuted(memberIds, node, on)) },
    silence: async (incidentId, on) => { await desired.enforce(switchedOn('incident-muted', incidentId, node, on)) },
    tellOfRecording: async (incidentId, on) => { await desired.enforce(switchedOn('incident-recorded', incidentId, node, on)) },
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
    tellOfRinging: async channel => { await switchboard.redirect(channel, { context: 'hotline-rung-anew' }) },
    ringInto: async (extension, channelId, variables, takesOver = false) => {
      await switchboard.originate({
        channelId, to: { extension }, context: 'hotline-room', variables, takesOver, ringSeconds: ownRingSeconds
      })
    }
  }
}
