import Type from 'typebox'
import { Moment, Nullable, OneOf } from '../../http/kit/schema-words.ts'
import { keysOf } from '../../domain/properties.ts'
import { memberStates } from './rules/roster.ts'

/*
 * The columns of `incident` and `incident_member`, defined once under their own names; the rows' types and the lists of SQL follow. Texts
 * of a room, a plan or a person are ids.
 */

const Words = Type.String()
const WordsOrNone = Nullable(Words)
const When = Nullable(Moment())
const Bytes = Type.Unsafe<Buffer>({})

export const ownIncidentColumns = {
  id: Words,
  number: Words,
  plan_code: WordsOrNone,
  order_id: WordsOrNone,
  title: Words,
  place: Words,
  level: Words,
  reason: Words,
  drill: Type.Boolean(),
  mode: OneOf(['simultaneous', 'sequential'] as const),
  state: OneOf(['dialling', 'stopped', 'ended'] as const),
  pin_sealed: Bytes,
  room_prefix: Words,
  leaf_rooms: Type.Integer(),
  locked: Type.Boolean(),
  muted_all: Type.Boolean(),
  recording: WordsOrNone,
  message: Words,
  prompt: WordsOrNone,
  started_by: Words,
  started_at: Moment(),
  ended_by: WordsOrNone,
  ended_at: When,
  /** since when the PBX is to be told of its rooms and of the members who may come in; null: it has been told */
  rejoin_access_due: When,
  revision: Type.Integer()
}

export const memberColumns = {
  id: Words,
  incident_id: Words,
  person_id: WordsOrNone,
  name: Words,
  roles: Type.Array(Words),
  unit_id: WordsOrNone,
  ordering: Type.Integer(),
  commander: Type.Boolean(),
  must_answer: Type.Boolean(),
  numbers_sealed: Bytes,
  number_count: Type.Integer(),
  deputy_person_id: WordsOrNone,
  deputy_of: WordsOrNone,
  state: OneOf(memberStates),
  state_at: Moment(),
  dial_round: Type.Integer(),
  /** the request the dialler is at; null: none is open */
  request_id: WordsOrNone,
  /** until when that request holds up the next member's turn */
  turn_until: When,
  missed_legs: Type.Integer(),
  skipped: Type.Boolean(),
  leg_id: WordsOrNone,
  channel_id: WordsOrNone,
  channel_name: WordsOrNone,
  room: Words,
  in_room: WordsOrNone,
  acknowledged_at: When,
  joined_at: When,
  left_at: When,
  joins: Type.Integer(),
  muted: Type.Boolean(),
  removed: Type.Boolean(),
  private_room: WordsOrNone,
  /** the room apart in which the member is awaited, by a new line on its PBX or when the other has come */
  moving_room: WordsOrNone,
  /** the request by which the member is rung anew for it */
  moving_request: WordsOrNone,
  /** the line that ended for it */
  moved_from: WordsOrNone,
  admitted_by: WordsOrNone,
  /** PBX node of the member's channel in a room */
  channel_node: WordsOrNone,
  /** coordinator's login on the own row; null for everybody else */
  chair_login: WordsOrNone,
  /** the member for whom this one's only telephone is rung already; that answer stands for both */
  same_telephone_as: WordsOrNone,
  /** by the member's own key */
  self_muted: Type.Boolean(),
  /** pressed 2 while the conference was locked, and waits on the line */
  locked_out: Type.Boolean()
}

export const ownColumns = keysOf(ownIncidentColumns).join(', ')

/** PBX node of the root room, for statements on `incident`. */
export const rootNode = '(select r.node from conference_room r where r.incident_id = incident.id and r.number = 0) as node'

const rooms = `array(select jsonb_build_object('number', r.number, 'node', r.node, 'linkId', r.link_id, 'joined', r.joined)
  from conference_room r where r.incident_id = incident.id order by r.number) as rooms`

/** Columns of an `Incident`, for statements on `incident`. */
export const incidentColumns = `${ownColumns}, ${rootNode}, ${rooms}`
