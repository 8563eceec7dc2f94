import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CallFigure, type CallFigureName } from '../../figures/call-figure.tsx'
import { Figure } from '../../figures/figure.tsx'
import type { Wall } from './boards.ts'
import { RateTile } from './rate-tile.tsx'

/** rates of the last thirty days */
const monthly = ['reached', 'handling', 'on-time', 'repeat'] as const
const counted = ['received', 'closed', 'open', 'overtime'] as const
/** the list each of them counts: received and closed today, open and overdue now */
const ofDay = { received: 'received', closed: 'closedInSpan', open: 'openNow', overtime: 'overdueNow' } as const

/** Today's calls: answered within 15 seconds, connected, abandoned. `opens`: whether a figure opens the list of its calls. */
export function CallRates ({ wall, opens }: { wall: Wall, opens: boolean }): ReactNode {
  const { t } = useTranslation('wall')
  const { calls } = wall
  const { from, to } = wall.today
  const cut = (leftOut: number) => ({ s: calls.shortAbandonSeconds, n: leftOut, lost: calls.lost })
  const callsOf = (name: string, rate: { numerator: number, denominator: number }, over: CallFigureName, under: CallFigureName) => opens
    ? {
        numerator: <CallFigure value={rate.numerator} figure={over} span={{ from, to }} label={name} />,
        denominator: <CallFigure value={rate.denominator} figure={under} span={{ from, to }} label={name} />
      }
    : null
  return (
    <>
      <RateTile
        name={t('in15')}
        {...calls.answeredIn15s}
        open={callsOf(t('in15'), calls.answeredIn15s, 'answeredIn15s', 'answered')}
        formula={t('in15.formula')}
        threshold={0.8}
      />
      <RateTile
        name={t('connection')}
        {...calls.connection}
        open={callsOf(t('connection'), calls.connection, 'answered', 'counted')}
        formula={t('connection.formula', cut(calls.connection.leftOut))}
        threshold={0.95}
      />
      <RateTile
        name={t('abandoned')}
        {...calls.abandoned}
        open={callsOf(t('abandoned'), calls.abandoned, 'abandoned', 'counted')}
        formula={t('abandoned.formula', cut(calls.abandoned.leftOut))}
        threshold={0.05}
        atMost
      />
    </>
  )
}

/** Rates of the last thirty days. `opens`: whether a figure opens the list of its orders. */
export function MonthRates ({ month, opens }: { month: Wall['month'], opens: boolean }): ReactNode {
  const { t, i18n } = useTranslation('wall')
  const english = i18n.language === 'en'
  const ofMonth = { from: month.from, to: month.to }
  return (
    <>
      {monthly.map(key => {
        const figure = month.rates.find(r => r.key === key)
        if (!figure) return null
        const { numerator, denominator, value, over, under } = figure
        const name = english ? figure.nameEn : figure.name
        const open = {
          numerator: <Figure value={numerator} figure={over} filter={ofMonth} label={name} />,
          denominator: <Figure value={denominator} figure={under} filter={ofMonth} label={name} />
        }
        return (
          <RateTile
            key={key}
            name={name}
            over={t('month')}
            numerator={numerator}
            denominator={denominator}
            value={value}
            open={opens ? open : null}
            formula={english ? figure.formulaEn : figure.formula}
          />
        )
      })}
    </>
  )
}

/** Orders received and closed today, open and overdue now. */
export function OrdersOfToday ({ day, opens }: { day: Wall['day'], opens: boolean }): ReactNode {
  const { t } = useTranslation('wall')
  return (
    <Tooltip trigger={['hover', 'focus']} title={t('dayFormula')}>
      <div
        className='wall-tile orders'
        tabIndex={0}
        role='group'
        aria-label={`${t('today')} ${counted.map(k => `${t(k)} ${day[k]}`).join(' ')} ${t('dayFormula')}`}
      >
        <span className='name'>{t('today')}</span>
        <span className='parts'>
          {counted.map(k => (
            <span key={k} className={k === 'overtime' && day.overtime > 0 ? 'late' : ''}>
              {t(k)}{' '}
              <b>{!opens ? day[k] : <Figure value={day[k]} figure={ofDay[k]} filter={{ span: 'today' }} label={t(k)} />}</b>
            </span>
          ))}
        </span>
      </div>
    </Tooltip>
  )
}
