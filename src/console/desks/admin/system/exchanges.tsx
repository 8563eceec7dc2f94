import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { useActorName } from '../../../directory/names.ts'
import { moment } from '../../../moments/moments.tsx'
import { Asks } from '../../../shell/asks.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { NewExchange } from './new-exchange.tsx'

type Exchange = paths['/api/pbx-nodes']['get']['responses']['200']['content']['application/json']['items'][number]

/** Telephone exchanges (交换机): which there are, how each does, and whether it takes calls. */
export function Exchanges (): ReactNode {
  const { t } = useTranslation('exchanges')
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const { data: exchanges } = useQuery({
    queryKey: ['pbx-nodes'],
    refetchInterval: 2000,
    queryFn: async () => (await api.GET('/api/pbx-nodes')).data?.items ?? []
  })
  const reload = async (): Promise<void> => { await queries.invalidateQueries({ queryKey: ['pbx-nodes'] }) }
  if (exchanges === undefined) return <p className='muted'>{t('shell:notRead')}</p>
  return (
    <div className='box'>
      <Button type='primary' onClick={() => { setAdding(true) }}>{t('addExchange')}</Button>
      <table className='admin-table stacks'>
        <thead>
          <tr>
            <th>{t('exchange')}</th><th>{t('admin:state')}</th><th>{t('link')}</th><th>{t('lines')}</th><th>{t('process')}</th>
            <th>{t('known')}</th><th>{t('admin:actions')}</th>
          </tr>
        </thead>
        <tbody>{exchanges.map(e => <ExchangeRow key={e.name} exchange={e} reload={reload} />)}</tbody>
      </table>
      {adding && <NewExchange onClose={() => { setAdding(false) }} reload={reload} />}
    </div>
  )
}

function ExchangeRow ({ exchange: e, reload }: { exchange: Exchange, reload: () => Promise<void> }): ReactNode {
  const { t } = useTranslation('exchanges')
  const actorName = useActorName()
  const gone = e.state === 'removed'
  return (
    <tr data-exchange={e.name} data-state={e.state} className={gone ? 'muted' : ''}>
      <td>
        <b>{e.name}</b>
        <div className='muted small'>{e.sip}</div>
      </td>
      <td className={e.state === 'active' ? 'good' : e.state === 'draining' ? 'amber' : ''}>
        <b>{t(`exchange.${e.state}`)}</b>
        {e.changedBy !== null && <div className='muted small'>{actorName(e.changedBy)} {moment(e.changedAt)}</div>}
        {e.fromSettings && <div className='muted small'>{t('fromSettings')}</div>}
      </td>
      <td className={gone ? '' : e.linked ? 'good' : 'late-word'}>
        {!gone && <span>{t(e.linked ? 'linked' : 'notLinked')}</span>}
        {e.lostAt !== null && <div className='late-word small'>{t('lostAt', { at: moment(e.lostAt) })}</div>}
        {e.lostAt === null && e.unreachableSince !== null && (
          <div className='late-word small'>{t('unreachableSince', { at: moment(e.unreachableSince) })}</div>
        )}
        {e.startedAt !== null && <div className='muted small'>{t('startedAt', { at: moment(e.startedAt) })}</div>}
      </td>
      <td className='tabular' data-head={t('lines')}>
        {e.channels}
        {e.state === 'draining' && e.channels === 0 && <div className='good small'>{t('drained')}</div>}
      </td>
      <td data-head={t('process')}>{gone ? '' : <Process process={e.process} />}</td>
      <td data-head={t('known')}>{gone ? '' : <Known desired={e.desired} />}</td>
      <td><Steps exchange={e} reload={reload} /></td>
    </tr>
  )
}

/** A process that has been silent for longer is dead or hangs, ms. */
const silentMs = 10_000

function Process ({ process }: { process: Exchange['process'] }): ReactNode {
  const { t } = useTranslation('exchanges')
  if (process === null) return <span className='muted'>{t('noProcess')}</span>
  if (process.ageMs === null) return <span className='late-word'>{t('neverReported')}</span>
  if (process.ageMs > silentMs) return <span className='late-word'>{t('silentFor', { s: Math.round(process.ageMs / 1000) })}</span>
  if (process.failing.length > 0) return <span className='amber'>{t('processFails', { v: process.failing.join(t('shell:comma')) })}</span>
  const behind = process.behindBytes ?? 0
  const troubles = [
    ...process.seesPbx === false ? [t('seesNoPbx')] : [],
    ...process.carriesJournal === false ? [t('carriesNoJournal')] : [],
    ...(process.missingSentences ?? 0) > 0 ? [t('sentencesMissing', { v: process.missingSentences })] : [],
    ...process.records === false ? [t('recordsNothing')] : [],
    ...behind > 0 ? [t('journalBehind', { v: behind })] : []
  ]
  return (
    <>
      {troubles.length === 0 && <span className='good'>{t('processWell')}</span>}
      {troubles.map(trouble => <div key={trouble} className='amber small'>{trouble}</div>)}
      {process.keepsSounds === false && <div className='muted small'>{t('keepsNoSounds')}</div>}
    </>
  )
}

/** What the exchange must know: whether it has all of it, or which kinds it waits for. */
function Known ({ desired }: { desired: Exchange['desired'] }): ReactNode {
  const { t, i18n } = useTranslation('exchanges')
  const waits = [...new Set([...desired.lacks, ...desired.late])]
  const word = (section: string): string => i18n.exists(`exchanges:section.${section}`) ? t(`section.${section}`) : section
  if (desired.applied === null) return <span className='amber'>{t('givenNothing')}</span>
  return (
    <>
      {waits.length === 0
        ? <span className='good'>{t('upToDate')}</span>
        : <span className='amber'>{t('behind', { v: waits.map(word).join(t('shell:comma')) })}</span>}
      {!desired.files && <div className='muted small'>{t('filesOfOthers')}</div>}
    </>
  )
}

function Steps (
  { exchange: { name, state, version, linked, lostAt }, reload }: { exchange: Exchange, reload: () => Promise<void> }
): ReactNode {
  const { t } = useTranslation('exchanges')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const path = { name }
  const asked = async (step: 'drain' | 'remove', act: () => Promise<unknown>): Promise<void> => {
    const sure = await modal.confirm({
      title: t(`${step}Title`, { name }), content: t(`${step}Means`), okText: t(step), okButtonProps: { danger: step === 'remove' }
    })
    if (sure) await attempt(act, t('admin:saved'))
    await reload()
  }
  const drain = async (): Promise<unknown> =>
    await api.POST('/api/pbx-nodes/{name}/drain', { params: { path, header: onceKey() }, body: { version } })
  const activate = async (): Promise<unknown> =>
    await api.POST('/api/pbx-nodes/{name}/activate', { params: { path, header: onceKey() }, body: { version } })
  const remove = async (): Promise<unknown> =>
    await api.DELETE('/api/pbx-nodes/{name}', { params: { path, query: { version }, header: onceKey() } })
  const declareLost = async (reason: string): Promise<unknown> =>
    await api.POST('/api/pbx-nodes/{name}/declare-lost', { params: { path, header: onceKey() }, body: { reason } })
  return (
    <span className='row'>
      {state === 'active' && <Button size='small' onClick={() => { void asked('drain', drain) }}>{t('drain')}</Button>}
      {state === 'draining' && (
        <>
          <Button size='small' onClick={() => { void attempt(activate, t('admin:saved')).then(reload) }}>{t('activate')}</Button>
          <Button size='small' danger onClick={() => { void asked('remove', remove) }}>{t('remove')}</Button>
        </>
      )}
      {state !== 'removed' && !linked && lostAt === null && (
        <Asks
          label={t('declareLost')} hint={t('declareLostWhy')}
          onSay={async reason => {
            const done = await attempt(async () => await declareLost(reason), t('admin:saved'))
            await reload()
            return done
          }}
        />
      )}
    </span>
  )
}
