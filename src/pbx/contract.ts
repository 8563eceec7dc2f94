import Type, { type Static, type TObject } from 'typebox'

/**
 * The contract between the service and `dialplans/`: every context the service sends a channel to, every variable it
 * sets, every user event the dialplan reports. A test reads `dialplans/` and fails when either side has one the other
 * lacks. `docs/pbx-contract.md` is generated from this file.
 */

/** Contexts the service or the carrier's calls enter. */
export const contexts = {
  'hotline-inbound': 'a call from the carrier: the DID decides between hotline, old service line, duty line and conference',
  'hotline-edge': 'a call from the carrier that an edge hands on, and the edge\'s test call',
  'hotline-queue': 'greeting, recording, queue, overflow to shift leader and duty officer',
  'hotline-person': 'a citizen who pressed 0 in a callback goes to the head of the queue',
  'hotline-agents': 'calls from an agent\'s telephone: colleagues and feature codes; citizens are rung through the service alone',
  'hotline-transfer': 'transfer of a citizen by a telephone (SIP REFER) or the service (extension s, LD_TARGET); not reached: ' +
    'back to the agent, then the head of the queue',
  'hotline-leg': 'an outbound leg: plays prompts, asks, collects keys; LD_SCRIPT names the script',
  'hotline-manual':
    'an agent\'s or handler\'s own telephone, rung first for a call to a citizen: hears ringing until the citizen is bridged to it',
  'hotline-hold': 'a citizen waiting with music while the agent consults',
  'hotline-consult':
    'an agent who consults a colleague or another centre before a transfer: LD_TARGET is consulted, LD_PEER is the citizen on hold',
  'hotline-retrieve': 'an agent retrieves the citizen on hold, LD_PEER',
  'hotline-three': 'three-way call of citizen, agent and the consulted person, in the room LD_ROOM',
  'hotline-listen':
    'a shift leader\'s telephone in the call of the agent\'s channel LD_PEER, in mode LD_MODE; redirected here again to change either',
  'hotline-call-say': 'plays a sentence into a live call, to both sides; the extension is the sentence',
  'hotline-room': 'into the conference room LD_ROOM with the role LD_ROLE',
  'hotline-apart':
    'a member with an open line talks with the coordinator in room LD_APART; left alone, the member goes back to the question',
  'hotline-rung-anew': 'a member of a conference who is about to be rung anew on another PBX is told so, and goes back to the room',
  'hotline-room-link': 'both ends of a Local channel that joins two rooms; the extension is the room',
  'hotline-node-dial': 'one end of such a channel, where the root room is on the PBX LD_NODE: dials it until the conference is over here',
  'hotline-node-link': 'a call from another PBX of the hotline: it joins one of its rooms to a root room here; the extension is the room',
  'hotline-room-say': 'plays a prompt to everybody in a room; the extension is the room'
} as const
export type ContextName = keyof typeof contexts

/**
 * Variables set on Originate; values never hold control characters nor commas and stay below 900 characters together.
 * Legs of a talking script go out over endpoint `trunk-script`, those between people over `trunk`: they differ in
 * how long silence on the wire (no RTP) counts as alive.
 */
export const variables = {
  LD_LEG: 'leg id, equal to the channel\'s unique id',
  LD_SCRIPT: 'which script: callback, emergency, manual, own, return, trial',
  LD_SAY: 'prompts to play before the script\'s first question, joined by &, as Playback wants them',
  LD_SAY2: 'closing prompts of an emergency leg, joined by &; a drill is named at both ends',
  LD_KEY_SECONDS: 'seconds to wait for a key; default 10',
  LD_TALK_SECONDS: 'seconds the leg may live after the answer; handing on to a person and entering a conference or a talk apart lift it, ' +
    'being sent back to the question begins it again',
  LD_RECORD: 'recording file to write, below the recordings folder; empty for none',
  LD_AGENT: 'extension of the agent who called by hand, consults or transfers',
  LD_PEER: 'unique id of the other channel: the agent\'s waiting telephone of a manual leg, ' +
    'the citizen on hold of a consulting agent, or the agent\'s channel that is listened to',
  LD_MODE: 'mode of a listening shift leader: listen, whisper (to the agent alone) or barge (heard by both)',
  LD_CALL: 'id of the call that is listened to',
  LD_INCIDENT: 'incident id of an emergency leg',
  LD_MEMBER: 'member id of an emergency leg',
  LD_ROOM: 'conference room, digits and -',
  LD_MOVE: '1: a member who was in the conference is rung anew; a locked one lets the member in',
  LD_NODE: 'name of the PBX with the root room of a conference',
  LD_APART: 'room of a talk with the coordinator alone, digits and -',
  LD_ROLE: 'in the conference: member (default), muted, commander, coordinator; the last two are not muted by mute-all',
  LD_TARGET: 'target of a consultation or transfer: an extension, 110/119/120/122 (the centre\'s configured number is dialled), ' +
    'or a checked number as the carrier wants it'
} as const
export type VariableName = keyof typeof variables

const text = (description: string) => Type.Optional(Type.String({ description, maxLength: 400 }))
const leg = Type.String({ description: 'leg id', maxLength: 80 })

/**
 * User events (`CELGenUserEvent(NAME,key=value&…)`, values URI-encoded). They report facts that CEL cannot.
 * Keys a person pressed are reported only where a question was asked: never every DTMF, there are PINs among them.
 */
export const userEvents = {
  LD_OFFERED: Type.Object(
    {
      did: Type.String(),
      service: text('original service line, empty for the hotline'),
      number: text('caller digits; empty when withheld'),
      withheld: Type.String({ description: '1 or 0' }),
      trunk: text('the trunk it came by, as an edge says; empty without one')
    },
    { description: 'a call from the carrier has come in' }
  ),
  LD_QUEUED: Type.Object({ queue: Type.String(), priority: Type.String() }, { description: 'the citizen entered the queue' }),
  LD_QUEUE_LEFT: Type.Object(
    {
      result: Type.String({ description: 'answered, abandoned, timeout, nobody' }),
      member: text('member interface that answered'),
      waited: text('whole seconds in the queue')
    },
    { description: 'the citizen left the queue' }
  ),
  LD_OVERFLOW: Type.Object(
    {
      to: Type.String({ description: 'leader or duty' }),
      result: Type.String({ description: 'ringing, answered or missed; busy: the telephone is in use and was not rung' })
    },
    { description: 'the dialplan rang the shift leader or the duty officer' }
  ),
  LD_RECORDING: Type.Object({ file: Type.String({ description: 'below the recordings folder' }) }, { description: 'recording began' }),
  LD_RECORDED: Type.Object(
    { file: Type.String(), bytes: Type.String({ description: 'bytes of the file; 44 (a header alone) or less: nothing was recorded' }) },
    { description: 'recording ended' }
  ),
  LD_NOT_RECORDED: Type.Object(
    { reason: Type.String({ description: 'disk' }) },
    { description: 'recording was stopped to save the journal\'s disk' }
  ),
  LD_AGENT: Type.Object(
    {
      agent: Type.String({ description: 'extension' }),
      state: Type.String({ description: 'in, out, pause or ready' }),
      reason: text('pause reason')
    },
    { description: 'an agent changed state by a feature code' }
  ),
  LD_LISTEN: Type.Object(
    { call: Type.String({ description: 'call id' }), mode: Type.String({ description: 'listen, whisper or barge' }) },
    { description: 'a shift leader\'s telephone joined an agent\'s call or changed its mode; it ends with its channel' }
  ),
  LD_KEY: Type.Object(
    {
      leg,
      q: Type.String({
        description:
          'contacted, solved, grade, confirm (of grades 4 and 5: 1 gives it, 2 asks again), grade-again, return, own, answer, join; ' +
          'of a trial call press and hold'
      }),
      key: Type.String({
        description: 'the pressed key, also one outside the question\'s range; all that came of a trial call\'s; empty: none in time'
      })
    },
    { description: 'a question of a script was answered' }
  ),
  LD_LEG_DONE: Type.Object(
    { leg, result: Type.String({ description: 'complete, incomplete, person, declined; no-sound: not one packet came in a trial call' }) },
    { description: 'the script of a leg has ended by itself' }
  ),
  LD_LEG_END: Type.Object(
    {
      cause: Type.String({ description: 'Q.850' }),
      sip: Type.String({ description: 'SIP status of the far side\'s last answer, 100 included; empty: no answer' }),
      state: Type.String({ description: 'the channel\'s state: down, ringing, up' })
    },
    { description: 'an outbound leg ends, answered or not; reported just before its HANGUP' }
  ),
  LD_PERSON: Type.Object({ leg }, { description: 'the citizen pressed 0 and goes to the head of the queue' }),
  LD_ROOM: Type.Object(
    {
      room: Type.String(),
      verb: Type.String({ description: 'join, leave, or refused: the conference is locked' }),
      incident: text('incident id'),
      member: text('member id'),
      leg: text('leg id, empty for a member who rang back'),
      q: text('question whose key let the member in; no LD_KEY reports it'),
      key: text('that key'),
      result: text('reason of leaving: CONFBRIDGE_RESULT'),
      cause: text('Q.850 cause, where the line has ended')
    },
    { description: 'a member entered or left a conference room' }
  ),
  LD_VOICE: Type.Object(
    {
      incident: Type.String(),
      member: Type.String(),
      muted: Type.String({ description: '1: muted by the member\'s own key *1, 0: heard again' })
    },
    { description: 'a member muted their own line, or ended that' }
  ),
  LD_REJOIN: Type.Object(
    {
      incident: text('incident of the PIN; before the right one, the first incident the caller may rejoin'),
      result: Type.String({
        description: 'asked (for the PIN), ok, wrong-pin (once a call), none, locked, barred (five wrong in a row: no PIN is asked for)'
      }),
      number: text('caller digits')
    },
    { description: 'a caller rang in to rejoin a conference' }
  ),
  LD_HELD: Type.Object(
    { leg: text('leg id of a citizen who was rung') },
    { description: 'a citizen is put on hold and waits with music; the agent is there' }
  ),
  LD_AGENT_GONE: Type.Object(
    { agent: Type.String({ description: 'extension' }) },
    { description: 'an agent\'s telephone or page vanished without a hang-up; the citizen waits with music' }
  ),
  LD_EMERGENCY_CENTRE: Type.Object(
    { centre: Type.String({ description: '110, 119, 120 or 122' }), agent: text('extension') },
    { description: 'an agent transferred a live call to an emergency centre' }
  ),
  LD_OUTSIDE: Type.Object(
    {
      number: Type.String({ description: 'digits, as the carrier wants them' }),
      why: Type.String({ description: 'transfer, consult, centre or overflow' }),
      agent: text('extension')
    },
    { description: 'the dialplan rings a number over the trunk; the dialler\'s legs are known by their own channels' }
  ),
  LD_REFUSED: Type.Object({ reason: Type.String(), dialled: text('what was dialled') }, { description: 'the dialplan refused to dial' })
} as const satisfies Record<string, TObject>

export type UserEventName = keyof typeof userEvents
export type UserEvent<N extends UserEventName = UserEventName> = Static<typeof userEvents[N]>

/** AMI events the service's user receives: for screens at once, and where the journal has no row. */
export const amiEvents = [
  'FullyBooted', 'OriginateResponse', 'DeviceStateChange', 'UserEvent',
  'QueueCallerJoin', 'QueueCallerLeave', 'QueueCallerAbandon', 'QueueMemberAdded', 'QueueMemberRemoved', 'QueueMemberPause',
  'QueueMemberStatus', 'AgentCalled', 'AgentConnect', 'AgentRingNoAnswer', 'ContactStatus', 'ConfbridgeLeave', 'ConfbridgeTalking',
  'ConfbridgeMute', 'ConfbridgeUnmute', 'Hold', 'Unhold'
] as const

/**
 * Families of the PBX's own database (AstDB): facts the dialplan needs without the service. Survives a restart. The applier of the desired
 * state fills them, and deletes at each login what is too much.
 */
export const dbFamilies = {
  blocked: 'blocked/<number key> = time (epoch seconds) until which the number is refused, except on the duty line',
  'ring-back': 'ring-back/<number key> = time (epoch seconds) until which a blocked number may call: we rang it',
  home: 'home/<extension> = 1: this PBX offers the agent citizens while the service is silent, where there are several PBXs',
  trunk: 'trunk/order = ids of the trunks in the order of their use, joined by &; trunk/inbound = calls that may come in at once ' +
    'over all; trunk/<id> = calls of the dialplan\'s own that this PBX may have on it:its channels',
  node: 'node/draining = 1: this PBX is being drained and answers 503 to calls from the carrier; the calls it has go on',
  notice: 'notice/prompt, notice/until (epoch seconds): played before the queue',
  rejoin: 'rejoin/<number key> = incident:member:room:role, joined by &: the conferences this number may rejoin',
  'rejoin-wrong':
    'rejoin-wrong/<number key> = wrong PINs in a row:time (epoch seconds) at which the count expires; the dialplan writes it',
  'incident-pin': 'incident-pin/<incident> = the PIN from the text message, digits',
  'incident-locked': 'incident-locked/<incident> = 1 while the conference is locked',
  'incident-muted': 'incident-muted/<incident> = 1 while members join muted',
  'member-muted': 'member-muted/<member> = 1 while this member joins muted',
  'incident-recorded': 'incident-recorded/<incident> = 1 while the conference is recorded: members are told when they join'
} as const
export type DbFamily = keyof typeof dbFamilies

/** Families that the dialplan writes by itself: nobody else puts them right. */
export const dialplanFamilies = ['rejoin-wrong'] as const satisfies readonly DbFamily[]
