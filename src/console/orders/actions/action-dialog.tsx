import { useQuery } from '@tanstack/react-query'
import { App, Button, Input, Modal, Radio, Select } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useWho, type WhoAmI } from '../../api/session.tsx'
import { useNameOf, useUnits, type Unit } from '../../directory/directory.ts'
import { moment } from '../../moments/moments.tsx'
import { fromLocal, local } from '../../moments/zone.ts'
import { Key } from '../../shell/shortcuts.tsx'
import type { Action } from './action.ts'
import type { Answers } from './answers.ts'
import type { Ask } from './asks.ts'
import { useKeptAnswers } from './kept-answers.ts'
import type { Order } from '../order-types.ts'
import { PhotoTaker, type Unsent } from '../photos/photo-taker.tsx'

interface ActionDialogProps { action: Action, order: Order, onClose: () => void, onDone: (answers: Answers) => Promise<boolean> }

/** A step's questions. What was typed is kept when the step is refused, the dialogue is closed or the page is discarded. */
export function ActionDialog ({ action, order, onClose, onDone }: ActionDialogProps): ReactNode {
  const { t } = useTranslation('action')
  const who = useWho()
  const { answers, set, forget } = useKeptAnswers(`${who.login}:${order.id}:${action.step}`, action.about?.(order) ?? '',
    () => action.begin?.(order, who) ?? {})
  const [busy, setBusy] = useState(false)
  const { modal } = App.useApp()
  const [unsent, setUnsent] = useState<Unsent>({ count: 0, failed: false })
  const asks = action.asks.filter(a => a.when?.(answers) ?? true)
  const missing = asks.some(
    a => a.needed && (Array.isArray(answers[a.name]) ? (answers[a.name] as string[]).length === 0 : !answers[a.name])
  )

  async function take (): Promise<void> {
    setBusy(true)
    try {
      if (await onDone(answers)) forget()
    } finally {
      setBusy(false)
    }
  }

  /** A photo that has not been sent exists only in this dialogue. */
  function leave (): void {
    if (unsent.count === 0) {
      onClose()
    } else {
      void modal.confirm({
        title: t('photosLost', { count: unsent.count }),
        okText: t('closeAnyway'),
        okButtonProps: { danger: true },
        onOk: onClose
      })
    }
  }

  return (
    <Modal
      open
      title={t(action.step)}
      onCancel={leave}
      okText={unsent.count === 0 ? <>{t(action.step)}<kbd>Ctrl+Enter</kbd></> : t(unsent.failed ? 'photosFailed' : 'photosOnTheWay')}
      okButtonProps={{ disabled: missing || unsent.count > 0, loading: busy }}
      onOk={() => { void take() }}
    >
      <Key keys='Ctrl+Enter' disabled={missing || unsent.count > 0 || busy} onPress={() => { void take() }} />
      {asks.map(ask => (
        <div key={ask.name} className='ask'>
          {labelled(ask)
            ? <label htmlFor={`ask-${ask.name}`}>{t(`ask.${ask.word ?? ask.name}`)}{ask.needed ? '' : t('optional')}</label>
            : <div className='label'>{t(`ask.${ask.word ?? ask.name}`)}{ask.needed ? '' : t('optional')}</div>}
          <Field ask={ask} order={order} who={who} answers={answers} set={set} onUnsent={setUnsent} />
        </div>
      ))}
    </Modal>
  )
}

const labelled = ({ kind }: Ask): boolean => !['position', 'photos', 'choice'].includes(kind)

interface FieldProps {
  ask: Ask
  order: Order
  who: WhoAmI
  answers: Answers
  set: (change: Answers) => void
  onUnsent: (unsent: Unsent) => void
}

function Field ({ ask, order, who, answers, set, onUnsent }: FieldProps): ReactNode {
  const { t } = useTranslation('action')
  const units = useUnits()
  const nameOf = useNameOf()
  const id = `ask-${ask.name}`
  const value = answers[ask.name]
  const options = units.filter(u => u.kind !== 'centre' &&
    (!ask.below || mayForwardTo(u, order, who))).map(u => ({ value: u.id, label: `${nameOf(u)} ${u.id}` }))
  switch (ask.kind) {
    case 'text':
      return (
        <Input.TextArea
          id={id}
          rows={3}
          maxLength={4000}
          value={String(value ?? '')}
          onChange={e => { set({ [ask.name]: e.target.value }) }}
        />
      )
    case 'choice':
      return (
        <Radio.Group
          id={id}
          aria-label={t(`ask.${ask.word ?? ask.name}`)}
          optionType='button'
          value={value}
          onChange={e => { set({ [ask.name]: e.target.value as string }) }}
          options={(ask.choices ?? []).map(c => ({ value: c, label: t(`${ask.words ?? 'choice'}.${c}`) }))}
        />
      )
    case 'unit':
      return (
        <Select
          id={id}
          style={{ width: '100%' }}
          value={typeof value === 'string' ? value : null}
          onChange={(v: string) => { set({ [ask.name]: v }) }}
          showSearch={{ optionFilterProp: 'label' }}
          options={options}
        />
      )
    case 'units':
      return (
        <Select
          id={id}
          style={{ width: '100%' }}
          mode='multiple'
          value={Array.isArray(value) ? value : []}
          onChange={(v: string[]) => { set({ [ask.name]: v }) }}
          showSearch={{ optionFilterProp: 'label' }}
          options={options}
        />
      )
    case 'person':
      return (
        <PersonField
          id={id}
          unitId={typeof answers.unitId === 'string' ? answers.unitId : null}
          value={typeof value === 'string' ? value : null}
          onChange={v => { set({ [ask.name]: v }) }}
        />
      )
    case 'position': return <Position answers={answers} set={set} />
    case 'moment':
      return (
        <MomentField
          id={id}
          value={typeof value === 'string' ? value : ''}
          span={ask.span?.(order) ?? { after: null, latest: null }}
          onChange={v => { set({ [ask.name]: v }) }}
        />
      )
    case 'photos': return <PhotoTaker order={order} purpose={ask.purpose ?? 'report'} onUnsent={onUnsent} />
    default: return ask.kind satisfies never
  }
}

/**
 * Units an order may be forwarded to, level by level: one's own unit (to a person in it), units below it, and for a department the town of
 * the place. The service decides.
 */
const mayForwardTo = (unit: Unit, order: Order, who: WhoAmI): boolean => {
  if (who.unit === null) return true
  const from = [who.unit.id, order.lead?.id]
  return from.includes(unit.id) || from.includes(unit.parentId ?? '') ||
    (who.unit.id.startsWith('D') && (unit.id === order.townId || unit.parentId === order.townId))
}

function PersonField ({
  id, unitId, value, onChange
}: { id: string, unitId: string | null, value: string | null, onChange: (id: string | undefined) => void }): ReactNode {
  const { t } = useTranslation('action')
  const { data: people = [] } = useQuery({
    queryKey: ['people', unitId],
    enabled: unitId !== null,
    queryFn: async () => (await api.GET('/api/directory/people', { params: { query: { unitId: unitId ?? '' } } })).data?.items ?? []
  })
  const known = people.some(p => p.id === value)
  return (
    <Select
      id={id}
      style={{ width: '100%' }}
      allowClear
      placeholder={t('anybody')}
      value={known ? value : null}
      onChange={(v: string | undefined) => { onChange(v) }}
      options={people.map(p => ({ value: p.id, label: `${p.name} ${p.title}` }))}
    />
  )
}

/** The value of a date-and-time field, in the district's time zone. */
const written = (iso: string): string => local(iso).format('YYYY-MM-DDTHH:mm')

/** Days by which a button extends a deadline. */
const longer = [1, 3, 5]

function MomentField ({
  id, value, span, onChange
}: { id: string, value: string, span: { after: string | null, latest: string | null }, onChange: (iso: string) => void }): ReactNode {
  const { t } = useTranslation('action')
  return (
    <>
      <Input
        id={id} type='datetime-local' value={value === '' ? '' : written(value)} aria-describedby={`${id}-span`}
        {...(span.after ? { min: written(span.after) } : {})} {...(span.latest ? { max: written(span.latest) } : {})}
        onChange={e => { onChange(e.target.value === '' ? '' : fromLocal(e.target.value)) }}
      />
      {span.after && span.latest && (
        <div className='row'>
          {longer.map(days => ({ days, at: new Date(Date.parse(span.after ?? '') + days * 86_400_000).toISOString() }))
            .filter(({ at }) => at < (span.latest ?? ''))
            .map(({ days, at }) => <Button key={days} size='small' onClick={() => { onChange(at) }}>+{days} {t('days')}</Button>)}
          <Button size='small' onClick={() => { onChange(span.latest ?? '') }}>{t('longest')}</Button>
        </div>
      )}
      <div id={`${id}-span`} className='muted small tabular'>
        {[
          span.after && `${t('notBefore')} ${moment(span.after)}`,
          span.latest && `${t('notAfter')} ${moment(span.latest)}`
        ].filter(Boolean).join(' · ')}
      </div>
    </>
  )
}

/** The position on arrival: asked of the device when the dialogue opens; arrival can be reported without it. */
function Position ({ answers, set }: { answers: Answers, set: (change: Answers) => void }): ReactNode {
  const { t } = useTranslation('action')
  const [state, setState] = useState<'taking' | 'taken' | 'none'>('taking')
  const [tries, setTries] = useState(0)
  useEffect(() => {
    let here = true
    set({ longitude: undefined, latitude: undefined })
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      if (!here) return
      set({ longitude: Number(coords.longitude.toFixed(6)), latitude: Number(coords.latitude.toFixed(6)) })
      setState('taken')
    }, () => { if (here) setState('none') }, { timeout: 15_000, enableHighAccuracy: true })
    return () => { here = false }
    // Once for each try: `set` is a new function at every rendering.
  }, [tries])
  return (
    <div className='row'>
      <Button loading={state === 'taking'} onClick={() => { setState('taking'); setTries(n => n + 1) }}>{t('takePosition')}</Button>
      <span className='tabular' role='status'>
        {answers.longitude !== undefined
          ? `${String(answers.longitude)}, ${String(answers.latitude)}`
          : state === 'none' ? `${t('noPosition')}：${t('noPositionYet')}` : ''}
      </span>
    </div>
  )
}
