import { Button, Spin, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { lasting, moment, useNow } from '../../moments/moments.tsx'
import { holds, useWho } from '../../api/session.tsx'
import { CallFigure, type CallFigureName } from '../../figures/call-figure.tsx'
import { Figure } from '../../figures/figure.tsx'
import { local } from '../../moments/zone.ts'
import type { AgentState } from '../../phone/my-agent.ts'
import { useFloor, useWall } from './boards.ts'
import { CarrierSilent } from './carrier-silent.tsx'
import { RateTile } from './rate-tile.tsx'
import { DaysChart, RankingChart } from './wall-charts.tsx'
import './wall-words.ts'
import './wall.css'

/** rates of the last thirty days */
const monthly = ['reached', 'handling', 'on-time', 'repeat'] as const
const counted = ['received', 'closed', 'open', 'overtime'] as const
/** the list each of them counts: received and closed today, open and overdue now */
const ofDay = { received: 'received', closed: 'closedInSpan', open: 'openNow', overtime: 'overdueNow' } as const
const shownStates: readonly AgentState[] = ['ready', 'ringing', 'talking', 'listening', 'wrap-up', 'paused']
/** Seconds of waiting from which somebody has to do something. */
const soon = 30
const now = 60

/** How long the first of them has waited, ticking here and not there. */
function Longest ({ since }: { since: string | null }): ReactNode {
  const { t } = useTranslation('wall')
  const clock = useNow()
  const ms = since === null ? 0 : clock - Date.parse(since)
  return (
    <div className={`wall-tile ${ms >= now * 1000 ? 'hand' : ms >= soon * 1000 ? 'warn' : ''}`}>
      <span className='name'>{t('longest')}</span>
      <b className='tabular'>{since === null ? '—' : lasting(ms)}</b>
    </div>
  )
}

/** Wallboard (大屏): who waits and who answers in the largest type, then the day's figures, then the towns. */
export default function WallDesk (): ReactNode {
  const { t, i18n } = useTranslation('wall')
  const wall = useWall()
  // A list of orders is nothing for a screen in a hall.
  const who = useWho()
  const { floor, stoodAt } = useFloor()
  if (!wall || !floor) return <Spin />
  const inState = (state: AgentState): number => floor.agents.find(a => a.state === state)?.count ?? 0
  const alone = floor.waiting > 0 && inState('ready') === 0
  const { day, month, calls } = wall
  const cut = (leftOut: number) => ({ s: calls.shortAbandonSeconds, n: leftOut, lost: calls.lost })
  const english = i18n.language === 'en'
  const lists = !holds(who, 'WALL')
  const seesCalls = holds(who, 'SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR')
  const { from, to } = wall.today
  const callsOf = (name: string, rate: { numerator: number, denominator: number }, over: CallFigureName, under: CallFigureName) => seesCalls
    ? {
        numerator: <CallFigure value={rate.numerator} figure={over} span={{ from, to }} label={name} />,
        denominator: <CallFigure value={rate.denominator} figure={under} span={{ from, to }} label={name} />
      }
    : null
  const ofMonth = { from: month.from, to: month.to }
  return (
    <div className='wall'>
      {stoodAt !== null && <div className='wall-stood' role='alert'>{t('stood', { at: local(stoodAt).format('HH:mm:ss') })}</div>}
      <CarrierSilent />
      <div className='wall-top'>
        <div className={`wall-tile big ${alone ? 'hand' : ''}`}>
          <span className='name'>{t('waiting')}{alone && ` · ${t('nobodyReady')}`}</span>
          <b className='tabular'>{floor.waiting}</b>
        </div>
        <Longest since={floor.longestSince} />
        {shownStates.map(s => (
          <div key={s} className={`wall-tile agent-${s}`}>
            <span className='name'>{t(`phone:${s}`)}</span>
            <b className='tabular'>{inState(s)}</b>
          </div>
        ))}
      </div>
      <div className='wall-rates'>
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
              open={lists ? open : null}
              formula={english ? figure.formulaEn : figure.formula}
            />
          )
        })}
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
                  <b>{!lists ? day[k] : <Figure value={day[k]} figure={ofDay[k]} filter={{ span: 'today' }} label={t(k)} />}</b>
                </span>
              ))}
            </span>
          </div>
        </Tooltip>
      </div>
      <div className='wall-charts'>
        <section className='box'>
          <h2>{t('byTown')} · {t('month')}</h2>
          <div className='wall-chart'>
            <RankingChart
              label={t('byTown')}
              lines={month.byTown}
              asOf={month.scope}
              lists={lists ? { filter: ofMonth, of: key => ({ townId: key ?? 'unknown' }) } : null}
            />
          </div>
        </section>
        <section className='box'>
          <h2>{t('byDepartment')} · {t('month')}</h2>
          <div className='wall-chart'>
            <RankingChart
              label={t('byDepartment')}
              lines={month.byDepartment}
              asOf={month.scope}
              lists={lists ? { filter: ofMonth, of: key => ({ department: key ?? '' }) } : null}
            />
          </div>
        </section>
        <section className='box'>
          <h2>{t('days')}</h2>
          <div className='wall-chart'><DaysChart days={wall.days} lists={lists} /></div>
        </section>
      </div>
      <footer className='wall-foot'>
        <span className='muted'>{t('asOf')} {moment(wall.asOf)}</span>
        <Button onClick={() => { void document.documentElement.requestFullscreen() }}>{t('full')}</Button>
      </footer>
    </div>
  )
}
