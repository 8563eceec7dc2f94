import { callerNumber, maskNumber } from '../../../domain/telephone/phone-number.ts'
import { seconds, type CallFact, type Say, type Turn } from './call-scene.ts'
import type { Call, CallEntry } from './call.ts'

/** A timeline has many readers: no number stands on it. */
function maskedDigits (digits: string): string {
  const number = callerNumber(digits)
  return number === null ? '' : maskNumber(number)
}

/** Of a citizen: by the shift leader, for the calls the number has already, or because the PBX is full. Other refusals are of a target. */
const turnedAway = ['blocked', 'too-many', 'full']

export function reported (
  before: Turn,
  fact: CallFact & { kind: 'user' },
  say: Say,
  change: (call: Partial<Call>, ...entries: CallEntry[]) => Turn
): Turn {
  const { call } = before
  const { data } = fact
  switch (fact.name) {
    case 'LD_OFFERED': {
      const withheld = data.withheld === '1' || !data.number
      const number = data.number ? { number: data.number } : {}
      const offered = change({ did: data.did || null, service: data.service || null, withheld, ...number },
        say('offered', 'citizen', { did: data.did ?? '', service: data.service ?? '', withheld }))
      return { ...offered, channel: { ...before.channel, cameBy: data.trunk || null } }
    }
    case 'LD_QUEUED': {
      const priority = Number(data.priority)
      // The caller had rung in to rejoin a conference and chose the hotline.
      const purpose = call.purpose === 'conference' ? null : call.purpose
      return change(
        { purpose, state: 'queued', queuedAt: call.queuedAt ?? fact.at, priority: Number.isInteger(priority) ? priority : null },
        say('queued', 'citizen', { queue: data.queue ?? '', again: call.queuedAt !== null })
      )
    }
    // A member of a command staff comes back to the conference: no citizen, not to be answered or rung back. A member who presses
    // nothing, or is not asked any more, is a citizen from then on.
    case 'LD_REJOIN': return data.result === 'ok'
      ? change(
        { purpose: 'conference', state: 'talking', answeredAt: call.answeredAt ?? fact.at, answeredBy: call.answeredBy ?? 'conference' },
        say('conference', 'exchange')
      )
      : change({ purpose: data.result === 'none' || data.result === 'barred' ? null : 'conference' })
    case 'LD_QUEUE_LEFT': return leftQueue(before, fact, say, change)
    case 'LD_OVERFLOW': {
      const to = data.to || 'leader'
      if (data.result === 'answered') {
        return change({ state: 'talking', overflowTo: to, answeredAt: call.answeredAt ?? fact.at, answeredBy: call.answeredBy ?? to },
          say('overflow', 'exchange', { to, result: 'answered' }))
      }
      // The telephone to take over was in use: nobody was rung.
      if (data.result === 'busy') return change({}, say('overflow', 'exchange', { to, result: 'busy' }))
      return change({ overflowTo: to, ...(data.result === 'ringing' ? { state: 'overflow' as const } : {}) },
        say('overflow', 'exchange', { to, result: data.result ?? '' }))
    }
    case 'LD_RECORDING': return change({ recording: data.file || call.recording }, say('recording', 'exchange'))
    case 'LD_RECORDED':
      return change({ recording: data.file || call.recording, recordingBytes: Number(data.bytes) || 0 },
        say('recorded', 'exchange', { bytes: Number(data.bytes) || 0 }))
    case 'LD_NOT_RECORDED': return change({}, say('not-recorded', 'exchange', { reason: data.reason ?? '' }))
    case 'LD_HELD': return call.state === 'talking' ? change({ state: 'held' }, say('held', 'exchange')) : before
    case 'LD_AGENT_GONE': return change({ state: 'held' }, say('agent-gone', data.agent || 'exchange'))
    case 'LD_EMERGENCY_CENTRE': return change({}, say('emergency-centre', data.agent || 'exchange', { centre: data.centre ?? '' }))
    case 'LD_OUTSIDE':
      return change({}, say('outside', data.agent || 'exchange', { why: data.why ?? '', number: maskedDigits(data.number ?? '') }))
    case 'LD_PERSON': return change({}, say('person-wanted', 'citizen'))
    // Turned away: nobody gave up, nobody is to be rung back.
    case 'LD_REFUSED':
      return change(turnedAway.includes(data.reason ?? '') ? { purpose: 'blocked' } : {},
        say('refused', 'exchange', { reason: data.reason ?? '' }))
    default: return before
  }
}

function leftQueue (
  before: Turn,
  fact: CallFact & { kind: 'user' },
  say: Say,
  change: (call: Partial<Call>, ...entries: CallEntry[]) => Turn
): Turn {
  const { call } = before
  const waited = Number(fact.data.waited)
  const detail = { waited: Number.isFinite(waited) && fact.data.waited ? waited : seconds(call.queuedAt ?? call.offeredAt, fact.at) }
  // Reported from the hang-up handler too, long after an answer: only a citizen still waiting can give up.
  if (call.state !== 'queued') return change({ leftQueueAt: call.leftQueueAt ?? fact.at })
  if (fact.data.result === 'abandoned') return change({ leftQueueAt: fact.at, abandonedAt: fact.at }, say('abandoned', 'citizen', detail))
  if (fact.data.result === 'answered') return answeredInQueue(call, fact, detail.waited, say, change)
  return change({ leftQueueAt: fact.at, state: 'ringing' }, say('left-queue', 'exchange', { ...detail, result: fact.data.result ?? '' }))
}

/** The rows of the answer and of the bridge are lost: the queue tells who took the citizen, and after how long. */
function answeredInQueue (
  call: Call,
  fact: CallFact & { kind: 'user' },
  waited: number,
  say: Say,
  change: (call: Partial<Call>, ...entries: CallEntry[]) => Turn
): Turn {
  const extension = /^PJSIP\/(\d{3,6})$/.exec(fact.data.member ?? '')?.[1]
  if (extension === undefined) return change({ leftQueueAt: fact.at, state: 'talking' })
  const asked = (call.queuedAt ?? call.offeredAt).getTime() + waited * 1000
  const at = new Date(Math.min(asked, fact.at.getTime()))
  const taken = { state: 'talking', leftQueueAt: at, answeredAt: call.answeredAt ?? at, answeredBy: call.answeredBy ?? extension } as const
  return change(taken, { ...say('answered', extension, { waited, again: call.answeredBy !== null }), at })
}
