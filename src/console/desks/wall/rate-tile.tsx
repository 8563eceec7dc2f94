import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { percent } from './boards.ts'

export interface RateTileProps {
  name: string
  numerator: number
  denominator: number
  value: number | null
  formula: string
  /** the span it is counted over; default today */
  over?: string
  /** amber below (or, with `atMost`, above) this */
  threshold?: number
  atMost?: boolean
  /** numerator and denominator as figures that open their lists, for those who may see them */
  open?: { numerator: ReactNode, denominator: ReactNode } | null
}

/** A rate with its numerator and denominator; its formula appears on hover and on focus. */
export function RateTile ({
  name, numerator, denominator, value, formula, over, threshold, atMost = false, open = null
}: RateTileProps): ReactNode {
  const warn = value !== null && threshold !== undefined && (atMost ? value > threshold : value < threshold)
  return (
    <Tooltip trigger={['hover', 'focus']} title={formula}>
      <div
        className={`wall-tile rate${warn ? ' warn' : ''}`}
        tabIndex={0}
        role='group'
        aria-label={`${name} ${percent(value)} (${numerator}/${denominator}) ${formula}`}
      >
        <span className='name'>{name}</span>
        <b>{percent(value)}</b>
        <span className='of tabular'>
          {open?.numerator ?? numerator} / {open?.denominator ?? denominator}
          {over !== undefined && ` · ${over}`}
        </span>
      </div>
    </Tooltip>
  )
}
