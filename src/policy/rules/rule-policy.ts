import { dateOf } from '../../calendar/rules/working-time.ts'
import { keysOf } from '../../domain/properties.ts'
import { standingOn } from './dated-rows.ts'

/** What a rule's figure counts. */
export const ruleUnits = ['times', 'units', 'minutes', 'hours', 'days', 'grade', 'order'] as const

/** `shipped`: what holds without a row. */
interface RuleFigure { label: string, labelEn: string, unit: typeof ruleUnits[number], min: number, max: number, shipped: number }

/** Figures the city chooses (规则), whole numbers. A new rule is a line here: column, route, page and schema know it by itself. */
const figures = {
  RETURNS_UNTIL_AGREED:
    { label: '退单几次后须商定或指定', labelEn: 'Returns until the responsibility is agreed', unit: 'times', min: 1, max: 10, shipped: 2 },
  UNITS_UNTIL_DESIGNATED:
    { label: '经过几个单位后由中心指定', labelEn: 'Units until the Centre designates one', unit: 'units', min: 2, max: 10, shipped: 3 },
  REWORKS_UNTIL_PROBLEM:
    { label: '重办几次成为问题工单', labelEn: 'Reworks until it is a problem order', unit: 'times', min: 1, max: 10, shipped: 3 },
  EXTENSIONS_A_ROUND: { label: '每轮最多延期几次', labelEn: 'Extensions in one round', unit: 'times', min: 0, max: 10, shipped: 2 },
  URGE_MINUTES: { label: '同一人多久可再催办', labelEn: 'Until the same person urges again', unit: 'minutes', min: 1, max: 1440, shipped: 10 },
  OBJECTION_HOURS: { label: '派单异议几小时内裁定', labelEn: 'Hours to decide an objection', unit: 'hours', min: 1, max: 720, shipped: 24 },
  SECOND_OBJECTION_HOURS:
    { label: '职责界定（二次异议）几小时内裁定', labelEn: 'Hours to decide a second objection', unit: 'hours', min: 1, max: 720, shipped: 48 },
  PARK_EXTENSIONS: { label: '挂账最多续几次', labelEn: 'How often a parking is prolonged', unit: 'times', min: 0, max: 10, shipped: 2 },
  PARK_MAX_DAYS: { label: '一次挂账最多几天', labelEn: 'Days of one parking', unit: 'days', min: 1, max: 1825, shipped: 365 },
  PARK_REVIEW_DAYS: { label: '挂账几天复查一次', labelEn: 'Days between looks at a parking', unit: 'days', min: 1, max: 365, shipped: 30 },
  LEAD_PRECEDENCE: {
    label: '主办先后（权属、条、块）：1 权条块，2 权块条，3 条权块，4 条块权，5 块权条，6 块条权',
    labelEn: 'Who leads first, of owner, line and territory: 1 OLT, 2 OTL, 3 LOT, 4 LTO, 5 TOL, 6 TLO',
    unit: 'order',
    min: 1,
    max: 6,
    shipped: 1
  },
  SATISFIED_FROM: { label: '几分起算满意', labelEn: 'Satisfied from this grade on', unit: 'grade', min: 2, max: 5, shipped: 3 }
} as const satisfies Record<string, RuleFigure>

export type RuleName = keyof typeof figures
export const ruleNames = keysOf(figures)
/** What a rule's figure is, its bounds, and what holds without a row. */
export const figureOf = (name: RuleName): RuleFigure => figures[name]

/** A figure from a day on. */
export interface RulePolicy {
  name: RuleName
  /** first local day, `2026-01-01` */
  validFrom: string
  value: number
}

/** A row as it stands. `enteredBy`: an administrator's login. */
export interface EnteredRulePolicy extends RulePolicy { enteredBy: string, enteredAt: Date }

/** All rows, and the time zone whose days they begin on. */
export interface RulePolicies { rows: readonly RulePolicy[], timeZone: string }

/** A figure with the row it comes from, as a decision names it. `since`: the row's first day; null: as shipped. */
export interface Rule { name: RuleName, value: number, since: string | null }

/** No row has been entered. */
export const asShipped: RulePolicies = { rows: [], timeZone: 'UTC' }

/** The figure that stood on the local day of `at`. */
export function ruleAt ({ rows, timeZone }: RulePolicies, name: RuleName, at: Date): Rule {
  const row = standingOn(rows.filter(r => r.name === name), dateOf(at, timeZone))
  return { name, value: row?.value ?? figures[name].shipped, since: row?.validFrom ?? null }
}

/** The field that keeps a row from being entered, or null: a figure has bounds. */
export function outOfBounds ({ name, value }: RulePolicy): 'value' | null {
  const { min, max } = figures[name]
  return Number.isInteger(value) && value >= min && value <= max ? null : 'value'
}
