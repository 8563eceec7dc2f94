import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { percent } from './boards.ts'

export interface RateTileProps {
  name: string
  numerator: number
  denominator: number
  value: number | null
  formula: string
  /** what it is counted over, where that is not today */
  over?: string
  /** amber below (or, with `atMost`, above) this */
  threshold?: number
  atMost?: boolean
}

/** A rate never stands without what it counts; how it is counted is said on hover and on focus. */
export function RateTile ({ name, numerator, denominator, value, formula, over, threshold, atMost = false }: RateTileProps): ReactNode {
  const warn = value !== null && threshold !== undefined && (atMost ? value > threshold : value < threshold)
  return (
    <Tooltip trigger={['hover', 'focus']} title={formula}>
      <div className={`wall-tile rate${warn ? ' warn' : ''}`} tabIndex={0} role='group' aria-label={`${name} ${percent(value)} (${numerator}/${denominator}) ${formula}`}>
        <span className='name'>{name}</span>
        <b>{percent(value)}</b>
        <span className='of tabular'>{numerator} / {denominator}{over !== undefined && ` · ${over}`}</span>
      </div>
    </Tooltip>
  )
}
