import { useQuery } from '@tanstack/react-query'
import { App, Button, InputNumber, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { moment } from '../../../moments/moments.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { header } from '../../admin/registers/dated-rows.tsx'
import type { Interface } from '../interface-types.ts'
import { useSecret } from '../secret.tsx'

/** What an interface receives with (接入来源), and the books of its days. */
export function SourceButton ({ row, reload }: { row: Interface, reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const [open, setOpen] = useState(false)
  if (row.direction === 'out') return null
  return (
    <>
      <Button size='small' onClick={() => { setOpen(true) }}>{t('source')}</Button>
      <Modal open={open} title={`${t('source')} · ${row.name}`} footer={null} width={720} onCancel={() => { setOpen(false) }}>
        {open && <Receiving row={row} reload={reload} />}
      </Modal>
    </>
  )
}

function Receiving ({ row: { id, source }, reload }: { row: Interface, reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const { modal } = App.useApp()
  const attempt = useAttempt()
  const showSecret = useSecret()
  const params = () => ({ path: { id }, ...header() })
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    await attempt(work, t('admin:saved'))
    reload()
  }
  if (source === null) {
    const begin = async (): Promise<void> => {
      showSecret((await api.POST('/api/interfaces/{id}/source', { params: params(), body: {} })).data?.secret)
    }
    return (
      <>
        <p className='muted'>{t('noSource')}</p>
        <Button onClick={() => { void act(begin) }}>{t('beginSource')}</Button>
      </>
    )
  }
  const { version, state, toleranceMinutes, silentSince, lastReceivedAt } = source
  const change = (more: { on?: boolean, toleranceMinutes?: number }): void => {
    void act(async () => await api.PATCH('/api/interfaces/{id}/source', { params: params(), body: { ...more, version } }))
  }
  const rotate = async (): Promise<void> => {
    if (!await modal.confirm({ title: t('newSecret'), content: t('newSourceSecretMeans') })) return
    await act(async () => { showSecret((await api.POST('/api/interfaces/{id}/source/secret', { params: params() })).data?.secret) })
  }
  return (
    <>
      <section className='box' data-source={id}>
        <p className='tabular interface-url'>POST /api/exchange/{id}</p>
        <p className='small'>
          <b className={state === 'on' ? 'good' : 'amber'}>{t(`state.${state}`)}</b>
          <span className='muted'> · {t('lastReceived')} {lastReceivedAt === null ? t('never') : moment(lastReceivedAt)}</span>
          {silentSince !== null && <span className='late-word'> · {t('silent', { at: moment(silentSince) })}</span>}
        </p>
        <Tolerance key={version} minutes={toleranceMinutes} onSave={minutes => { change({ toleranceMinutes: minutes }) }} />
        <span className='row'>
          <Button size='small' onClick={() => { void rotate() }}>{t('newSecret')}</Button>
          <Button size='small' onClick={() => { change({ on: state === 'off' }) }}>{t(state === 'off' ? 'switchOn' : 'switchOff')}</Button>
        </span>
      </section>
      <DayBooks id={id} />
    </>
  )
}

function Tolerance ({ minutes, onSave }: { minutes: number, onSave: (minutes: number) => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const [typed, setTyped] = useState(minutes)
  return (
    <label className='row'>
      {t('tolerance')}
      <InputNumber min={5} max={120} value={typed} onChange={value => { setTyped(value ?? minutes) }} />
      {typed !== minutes && <Button size='small' onClick={() => { onSave(typed) }}>{t('saveTolerance')}</Button>}
    </label>
  )
}

/** The days the sender has reported, against what came (对账). */
function DayBooks ({ id }: { id: string }): ReactNode {
  const { t } = useTranslation('interfaces')
  const { data } = useQuery({
    queryKey: ['interfaces', id, 'days'],
    queryFn: async () => (await api.GET('/api/interfaces/{id}/days', { params: { path: { id } } })).data?.items ?? []
  })
  if (!data) return <p className='muted'>{t('shell:notRead')}</p>
  if (data.length === 0) return <p className='muted'>{t('noDays')}</p>
  return (
    <table className='admin-table'>
      <thead><tr><th>{t('day')}</th><th>{t('theirs')}</th><th>{t('ours')}</th><th>{t('missing')}</th><th>{t('extra')}</th></tr></thead>
      <tbody>
        {data.map(({ day, theirs, ours, missing, extra }) => (
          <tr key={day}>
            <td className='tabular'>{day}</td>
            <td className='tabular'>{theirs}</td>
            <td className='tabular'>{ours}</td>
            <td className='tabular late-word interface-url'>{missing.join(' ')}</td>
            <td className='tabular amber interface-url'>{extra.join(' ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
