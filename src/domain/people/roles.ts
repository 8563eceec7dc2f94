/** Permissions begin with these roles (domain words: 话务员, 班长, 派遣员, 分中心受理员 …). One login may hold several. */
export const roles = [
  'AGENT', // 话务员: takes citizens' calls
  'SHIFT_LEADER', // 班长: queue overview, takes over, notices
  'DISPATCHER', // 派遣员: files and dispatches
  'SUBCENTRE_OPERATOR', // 分中心受理员: signs, forwards, accepts reports for a town
  'HANDLER', // 处置部门责任人: own unit only
  'VERIFIER', // 核查员: checks the spot, never of the handling unit
  'CALLBACK_OFFICER', // 回访员
  'EMERGENCY_COORDINATOR', // 应急协调员
  'LEADER', // 领导: read-only
  'SUPERVISOR', // 督办员
  'KNOWLEDGE_EDITOR', // 知识库管理员: writes what agents may tell citizens
  'ADMINISTRATOR', // 系统管理员
  'WALL', // 大屏: a screen on a wall; reads the boards, alone in its login, stays signed in
  'INTEGRATION' // an outside system with a token
] as const

export type Role = typeof roles[number]

/** What an outside system's token is for. */
export const tokenPurposes = [
  'orders', // files and reads its own orders, on channels not reserved for another system
  'city-12345', // the city hotline's orders
  'police-110', // orders that police 110 hands over
  'sms-gateway', // texts from citizens, and receipts of our texts
  'exchange' // messages of an interface, each signed; what they are about, further purposes say
] as const
export type TokenPurpose = typeof tokenPurposes[number]
export const orderPurposes = ['orders', 'city-12345', 'police-110'] as const satisfies readonly TokenPurpose[]
export type OrderPurpose = typeof orderPurposes[number]

/** The actor: a signed-in person, or the service itself. Recorded on every timeline entry. */
export interface Actor {
  /** login name, `system`, `pbx` or the integration's name */
  id: string
  roles: readonly Role[]
  /** unit the person works for; null for the Centre itself */
  unitId: string | null
  /** agent extension, when the person has a telephone here */
  extension: string | null
  personId: string | null
}

/** An unattended screen: its session lasts, so it may hold nothing that a passer-by should not see. */
export const isWall = (held: readonly Role[]): boolean => held.includes('WALL')

export const systemActor: Actor = { id: 'system', roles: [], unitId: null, extension: null, personId: null }

export function holds (actor: Actor, ...wanted: Role[]): boolean {
  return wanted.some(role => actor.roles.includes(role))
}
