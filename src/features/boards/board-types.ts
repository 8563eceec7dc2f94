import type { Counts } from './rules/counts.ts'
import type { Figure } from './rules/rates.ts'

/** Figures of calls, with what they count. */
export interface CallRates {
  offered: number
  answeredIn15s: { numerator: number, denominator: number, value: number | null, leftOut: number }
  connection: { numerator: number, denominator: number, value: number | null, leftOut: number }
  abandoned: { numerator: number, denominator: number, value: number | null, leftOut: number }
  /** reached nobody since the exchange failed */
  lost: number
  shortAbandonSeconds: number
}

/** Orders of a filter counted: by town, class and state, with the rates, as of one moment. */
export interface Board extends Counts {
  asOf: Date
  asOfText: string
  from: Date
  to: Date
  /** the filter in words */
  scope: string
  rates: Figure[]
  paragraph: string
}

export interface WallBoard {
  asOf: Date
  /** received and closed today, whenever received; open and overdue now, whenever received */
  day: { received: number, closed: number, open: number, overtime: number }
  /** the local day so far */
  today: Board
  /** the last thirty local days: an order called back today was received days ago */
  month: Board
  calls: CallRates
  /** the last fourteen local days */
  days: Array<{ day: string, received: number, closed: number }>
}
