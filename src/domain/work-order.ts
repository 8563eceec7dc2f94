/** Words of the work order (工单), shared by the rules, the SQL and the API. */

export const orderStates = [
  'DRAFT', 'RECEIVED', 'ANSWERED', 'REJECTED', 'MERGED', 'FILED', 'DISPATCHED', 'SIGNED', 'RETURN_REQUESTED',
  'ON_SITE', 'HANDLING', 'COORDINATING', 'REPORTED', 'VERIFYING', 'REWORK', 'CLOSED'
] as const
export type OrderState = typeof orderStates[number]

/** Code of a channel (受理渠道), `GRID_PATROL`: which there are, the channel policies say. */
export type Channel = string
/** How such a code is written; the same stands in the database. */
export const channelPattern = '^[A-Z][A-Z0-9_]{1,39}$'
/** The channel of the hotline's own calls: a draft that opens with a call is on it. */
export const hotlineChannel: Channel = 'HOTLINE_962000'
/** 党务信箱: its letters have named readers, and no row opens them to others. */
export const partyMailbox: Channel = 'PARTY_MAILBOX'

/** 咨询 求助 投诉 举报 建议 表扬 报告 报警 */
export const requestTypes = ['CONSULTATION', 'HELP', 'COMPLAINT', 'REPORT_OF_WRONG', 'SUGGESTION', 'PRAISE', 'FIND', 'ALARM'] as const
export type RequestType = typeof requestTypes[number]

/** 自然人 企业 其他组织: what a complainant is. */
export const complainantKinds = ['PERSON', 'ENTERPRISE', 'ORGANISATION'] as const
export type ComplainantKind = typeof complainantKinds[number]

/** 一般 紧急 特急 */
export const urgencies = ['normal', 'urgent', 'critical'] as const
export type Urgency = typeof urgencies[number]

/** 超时: clocks that make an order overdue once they have run out. Signing and first contact are reminders with figures of their own. */
export const overdueClocks = ['on_site', 'handling', 'citizen', 'dispatch'] as const

/** 三定: 法定 商定 指定, the ground of a unit's responsibility. */
export const bases = ['statutory', 'agreed', 'designated'] as const
export type Basis = typeof bases[number]

/** The paper a responsibility stands on: 法律, 部门职能规定, 权责清单, 街镇履职事项清单, 会议纪要, 指定. */
export const basisKinds = ['law', 'duties', 'power-list', 'town-list', 'minutes', 'designation'] as const
export type BasisKind = typeof basisKinds[number]

/** How intake ended with an answer: 直接答复, 即时转接. */
export const answerOutcomes = ['direct-answer', 'live-transfer'] as const
export type AnswerOutcome = typeof answerOutcomes[number]
/** How it ended without being accepted: 告知法定途径, 解释说明, 转属地或其他热线, 移送线索. */
export const rejectOutcomes = ['statutory-way', 'explained', 'transferred', 'clue'] as const
export type RejectOutcome = typeof rejectOutcomes[number]
export const intakeOutcomes = [...answerOutcomes, ...rejectOutcomes] as const
export type IntakeOutcome = typeof intakeOutcomes[number]

/** How an order ended: 解决, 解释, 现无法解决, 联系不上 (closed on the spot check alone). */
export const closingResults = ['SOLVED', 'EXPLAINED', 'NOT_SOLVABLE_NOW', 'UNREACHABLE'] as const
export type ClosingResult = typeof closingResults[number]

/** State of the complainant's answer; the close guard reads it. */
export const callbackStatuses = [
  'NOT_REQUIRED', 'PENDING', 'CONFIRMED', 'OFFICER', 'DISSATISFIED_EXPLAINED', 'REWORK', 'UNREACHABLE'
] as const
export type CallbackStatus = typeof callbackStatuses[number]

export const verificationStatuses = ['NOT_REQUIRED', 'PENDING', 'PASSED', 'FAILED'] as const
export type VerificationStatus = typeof verificationStatuses[number]

/** A call's part in an order (call 1..n order). */
export const callOrderRoles = ['origin', 'first_contact', 'reminder', 'callback', 'verification', 'emergency'] as const
export type CallOrderRole = typeof callOrderRoles[number]

/** Subject of a photo: the spot as found, the work done, the reason why it is another unit's, the verifier's finding. */
export const photoPurposes = ['arrival', 'report', 'return', 'verification'] as const
export type PhotoPurpose = typeof photoPurposes[number]
