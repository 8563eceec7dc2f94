/** A node's health as its answers have shown it so far. */
export interface Health {
  /** it answers OPTIONS */
  answers: boolean
  /** answers in a row that say otherwise */
  against: number
  /** its dialplan took the last test call; null: not tried yet */
  takesCalls: boolean | null
  /** test calls in a row that failed */
  failedCalls: number
  /** it sent back the sound of a test call; null: it never did, and the way of the sound may be closed to us */
  sound: boolean | null
  /** test calls in a row without sound */
  soundless: number
}

/** One thing seen of a node. `passed-over`: it was offered a call and did not answer. */
export type Seen = 'answered' | 'silent' | 'call-taken' | 'call-failed' | 'sound' | 'no-sound' | 'passed-over'

/** Before anything is seen of it, a node is given no call. */
export const unknownHealth: Health = { answers: false, against: 0, takesCalls: null, failedCalls: 0, sound: null, soundless: 0 }

/** So many answers in a row change the state: one lost packet ends nothing, one lucky answer begins nothing. */
export const downAfter = 3
export const upAfter = 2
/** A test call that failed, or had no sound, is tried again soon; only the second one counts. */
export const callsToFail = 2

export function next (health: Health, seen: Seen): Health {
  switch (seen) {
    case 'call-taken': return { ...health, takesCalls: true, failedCalls: 0 }
    case 'call-failed': {
      const failedCalls = health.failedCalls + 1
      return { ...health, failedCalls, takesCalls: failedCalls >= callsToFail ? false : health.takesCalls }
    }
    case 'sound': return { ...health, sound: true, soundless: 0 }
    case 'no-sound': {
      if (health.sound === null) return health
      const soundless = health.soundless + 1
      return { ...health, soundless, sound: health.sound && soundless < callsToFail }
    }
    case 'answered': case 'silent': case 'passed-over': {
      const against = (seen === 'answered') === health.answers ? 0 : health.against + 1
      const turn = against >= (health.answers ? downAfter : upAfter)
      return turn ? { ...health, answers: !health.answers, against: 0 } : { ...health, against }
    }
  }
}

/** Whether a node is given calls: it answers, and no test call says that it takes none, or has lost its sound. */
export const isHealthy = ({ answers, takesCalls, sound }: Health): boolean => answers && takesCalls !== false && sound !== false

/** When a node's next test call is due, in ms after the last one. */
export const testCallAfterMs = ({ takesCalls, failedCalls, soundless }: Health, everyMs: number): number =>
  takesCalls === true && failedCalls === 0 && soundless === 0 ? everyMs : Math.min(everyMs, 5000)
