import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../api/api-types.d.ts'
import { api, onceKey } from '../../api/client.ts'
import { every } from '../../api/closed-lists.ts'
import { holds, useWho } from '../../api/session.tsx'
import { Since } from '../../moments/moments.tsx'
import { heardBy, useAgents, type AgentState } from '../../phone/my-agent.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { useWaiting } from '../wall/boards.ts'
import { CarrierSilent } from '../wall/carrier-silent.tsx'
import { Edges } from './edges/edges.tsx'
import { NoticeBox } from './notice-box.tsx'
import { ToRingBack } from './to-ring-back.tsx'

type ListenMode = paths['/api/calls/{id}/listen']['post']['requestBody']['content']['application/json']['mode']

const order = every<AgentState>()(['ringing', 'talking', 'listening', 'ready', 'wrap-up', 'paused', 'out'])
const listenModes = every<ListenMode>()(['listen', 'whisper', 'barge'])

/** The floor live: agents with their calls, and waiting citizens. Shift leaders and supervisors may listen in, which is audited. */
export function Floor (): ReactNode {
  const { t } = useTranslation('supervise')
  const attempt = useAttempt()
  const who = useWho()
  const agents = useAgents()
  const mayListen = holds(who, 'SHIFT_LEADER', 'SUPERVISOR')
  const shown = agents.filter(a => a.state !== 'out').sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || Date.parse(a.since) - Date.parse(b.since)
  )
  const me = agents.find(a => a.extension === who.extension)
  const heard = me && heardBy(me, agents)
  const listen = (callId: string, mode: ListenMode) => () => {
    const said = t(me?.state === 'listening' ? 'listensOtherwise' : 'listening')
    void attempt(
      async () => { await api.POST('/api/calls/{id}/listen', { params: { path: { id: callId }, header: onceKey() }, body: { mode } }) },
      said
    )
  }
  const leads = holds(who, 'SHIFT_LEADER') && who.extension !== null
  const takeOver = (callId: string): void => {
    void attempt(async () => { await api.POST('/api/calls/{id}/take-over', { params: { path: { id: callId }, header: onceKey() } }) },
      t('takenOver'))
  }
  return (
    <div className='floor'>
      <CarrierSilent />
      <section className='box' aria-label={t('agents')}>
        <h2>
          {t('agents')}{' '}
          {order.map(s => (
            <span key={s} className='floor-count'>
              {t(`phone:${s}`)}{' '}
              <b>{agents.length === 0 ? '–' : agents.filter(a => a.state === s).length}</b>
            </span>
          ))}
        </h2>
        {mayListen && <p className='muted small'>{who.extension === null ? t('noPhone') : t('logged')}</p>}
        <table className='plain-table'>
          <thead>
            <tr>
              <th>{t('extension')}</th>
              <th>{t('name')}</th>
              <th>{t('state')}</th>
              <th>{t('lasting')}</th>
              <th>{t('reason')}</th>
              <th>{t('actions')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(a => (
              <tr key={a.extension} data-agent={a.extension} data-state={a.state}>
                <td className='tabular'>{a.extension}</td><td>{a.displayName}</td>
                <td><b className={`agent-word ${a.state}`}>{t(`phone:${a.state}`)}</b></td>
                <td><Since at={Date.parse(a.since)} /></td>
                <td>{a.reason !== null && t(`phone:reason.${a.reason}`)} {heardBy(a, agents)?.extension}</td>
                <td>
                  {a.callId !== null && a.state === 'talking' && mayListen && who.extension !== null && a.extension !== who.extension && (
                    <span className='row'>
                      {listenModes.map(mode => {
                        const on = a === heard && mode === me?.reason
                        return (
                          <Button
                            key={mode}
                            size='small'
                            type={on ? 'primary' : 'default'}
                            aria-pressed={on}
                            onClick={listen(a.callId ?? '', mode)}
                          >
                            {t(`phone:reason.${mode}`)}
                          </Button>
                        )
                      })}
                      {leads && <Button size='small' onClick={() => { takeOver(a.callId ?? '') }}>{t('takeOver')}</Button>}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className='floor-side'>
        <NoticeBox />
        <Waiting {...leads && { onTakeOver: takeOver }} />
        <ToRingBack />
        <Edges />
      </div>
    </div>
  )
}

/** Citizens who wait now. */
function Waiting ({ onTakeOver }: { onTakeOver?: (callId: string) => void }): ReactNode {
  const { t } = useTranslation('supervise')
  const waiting = useWaiting()
  return (
    <section className='box' aria-label={t('waiting')}>
      <h2>{t('waiting')} {waiting?.length ?? '–'}</h2>
      {!waiting?.length && <p className='muted'>{t(waiting ? 'nobodyWaits' : 'shell:notRead')}</p>}
      <ul className='list-plain'>
        {waiting?.map(c => (
          <li key={c.id} className='row'>
            <span className='tabular'>{c.number || '—'}</span><b><Since at={Date.parse(c.queuedAt ?? c.offeredAt)} /></b>
            {onTakeOver && <Button size='small' onClick={() => { onTakeOver(c.id) }}>{t('takeOver')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  )
}
