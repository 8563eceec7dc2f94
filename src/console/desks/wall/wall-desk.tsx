import { Button, Spin } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { every } from '../../api/closed-lists.ts'
import { holds, useWho } from '../../api/session.tsx'
import { duration, moment, useNow } from '../../moments/moments.tsx'
import { local } from '../../moments/zone.ts'
import type { AgentState } from '../../phone/my-agent.ts'
import { useFloor, useWall } from './boards.ts'
import { CarrierSilent } from './carrier-silent.tsx'
import { DaysChart, RankingChart } from './wall-charts.tsx'
import { CallRates, MonthRates, OrdersOfToday } from './wall-rates.tsx'
import './wall-words.ts'
import './wall.css'

const shownStates = every<Exclude<AgentState, 'out'>>()(['ready', 'ringing', 'talking', 'listening', 'wrap-up', 'paused'])
/** Seconds of waiting for a warning, and for an alarm. */
const soon = 30
const now = 60

/** The longest waiting time; a component of its own, so that only it is drawn every second. */
function Longest ({ since }: { since: string | null }): ReactNode {
  const { t } = useTranslation('wall')
  const clock = useNow()
  const ms = since === null ? 0 : clock - Date.parse(since)
  return (
    <div className={`wall-tile ${ms >= now * 1000 ? 'hand' : ms >= soon * 1000 ? 'warn' : ''}`}>
      <span className='name'>{t('longest')}</span>
      <b className='tabular'>{since === null ? '—' : duration(ms)}</b>
    </div>
  )
}

/** Wall board (大屏): waiting citizens and agents in the largest type, then the day's figures, then the towns. */
export default function WallDesk (): ReactNode {
  const { t } = useTranslation('wall')
  const wall = useWall()
  // A screen in a hall shows no lists of orders.
  const who = useWho()
  const { floor, outdatedSince } = useFloor()
  if (!wall || !floor) return <Spin />
  const inState = (state: AgentState): number => floor.agents.find(a => a.state === state)?.count ?? 0
  const alone = floor.waiting > 0 && inState('ready') === 0
  const { day, month } = wall
  const lists = !holds(who, 'WALL')
  const ofMonth = { from: month.from, to: month.to }
  return (
    <div className='wall'>
      {outdatedSince !== null && (
        <div className='wall-stood' role='alert'>{t('stood', { at: local(outdatedSince).format('HH:mm:ss') })}</div>
      )}
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
        <CallRates wall={wall} opens={holds(who, 'SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR')} />
        <MonthRates month={month} opens={lists} />
        <OrdersOfToday day={day} opens={lists} />
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
