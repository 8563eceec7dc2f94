import './order-list.css'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Modal, Radio, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ApiError, onceKey } from '../api/client.ts'
import { useUnits } from '../directory/directory.ts'
import { useAttempt, useRefusal } from '../shell/refusals.ts'
import { KeyButton } from '../shell/shortcuts.tsx'
import { actions, type Action, type Answers } from './action-list.ts'
import { readOrder, type Order } from './orders.ts'
import { VersionConflict } from './version-conflict.tsx'

/** What this person could do with the order now, as the service says it: one button each, its questions in a dialogue. */
export function OrderActions ({ order, only }: { order: Order, only?: readonly string[] }): ReactNode {
  const { t } = useTranslation('action')
  const [asking, setAsking] = useState<Action | null>(null)
  const [conflict, setConflict] = useState<Order | null>(null)
  const { message } = App.useApp()
  const refusal = useRefusal()
  const queries = useQueryClient()
  // 前后手: as long as somebody waits for his turn, a report hands over to him.
  const next = order.assignments.some(a => a.state === 'waiting' && a.endedAt === null)
  const hidden = next ? 'handling.report' : 'assignment.hand-over'
  const possible = actions.filter(a => a.step !== hidden && order.steps.includes(a.step) && (only === undefined || only.includes(a.step)))

  async function act (action: Action, answers: Answers): Promise<boolean> {
    try {
      await api.POST(`/api/work-orders/{id}/${action.path}`, { params: { path: { id: order.id }, header: onceKey() }, body: { ...action.body(answers, order), version: order.version } as never })
      setAsking(null)
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code === 'version-conflict') setConflict(await readOrder(order.id))
      else void message.error(refusal(error), 6)
      return false
    } finally {
      void queries.invalidateQueries({ queryKey: ['order', order.id] })
      void queries.invalidateQueries({ queryKey: ['orders'] })
    }
  }

  if (possible.length === 0) return null
  return (
    <div className='row order-actions' role='toolbar' aria-label={t('actions')}>
      {possible.map((a, i) => (
        <KeyButton
          key={a.step} type={i === 0 ? 'primary' : 'default'} {...(i < 9 ? { keys: `Alt+${i + 1}` } : {})}
          onPress={() => { if (a.asks.length === 0) void act(a, {}); else setAsking(a) }}
        >{t(a.step)}
        </KeyButton>
      ))}
      {asking && <ActionDialog key={asking.step} action={asking} order={order} onClose={() => { setAsking(null) }} onDone={async answers => await act(asking, answers)} />}
      {conflict && <VersionConflict seen={order} now={conflict} onClose={() => { setConflict(null) }} />}
    </div>
  )
}

interface ActionDialogProps { action: Action, order: Order, onClose: () => void, onDone: (answers: Answers) => Promise<boolean> }

function ActionDialog ({ action, order, onClose, onDone }: ActionDialogProps): ReactNode {
  const { t } = useTranslation('action')
  const attempt = useAttempt()
  const units = useUnits()
  const [answers, setAnswers] = useState<Answers>(() => action.begin?.(order) ?? {})
  const [busy, setBusy] = useState(false)
  const set = (change: Answers): void => { setAnswers(a => ({ ...a, ...change })) }
  const asks = action.asks.filter(a => a.when?.(answers) ?? true)
  const missing = asks.some(a => a.needed && (Array.isArray(answers[a.name]) ? (answers[a.name] as string[]).length === 0 : !answers[a.name]))
  const options = units.filter(u => u.kind !== 'centre').map(u => ({ value: u.id, label: `${u.name} ${u.id}` }))

  return (
    <Modal
      open title={t(action.step)} onCancel={onClose} okText={t(action.step)} okButtonProps={{ disabled: missing, loading: busy }}
      onOk={() => { setBusy(true); void onDone(answers).finally(() => { setBusy(false) }) }}
    >
      {asks.map(ask => {
        const id = `ask-${ask.name}`
        const value = answers[ask.name]
        return (
          <div key={ask.name} className='ask'>
            <label htmlFor={ask.kind === 'position' ? undefined : id}>{t(`ask.${ask.name}`)}{ask.needed ? '' : t('optional')}</label>
            {ask.kind === 'text' && <Input.TextArea id={id} rows={3} maxLength={4000} value={String(value ?? '')} onChange={e => { set({ [ask.name]: e.target.value }) }} />}
            {ask.kind === 'choice' && <Radio.Group id={id} aria-label={t(`ask.${ask.name}`)} optionType='button' value={value} onChange={e => { set({ [ask.name]: e.target.value as string }) }} options={(ask.choices ?? []).map(c => ({ value: c, label: t(`${ask.words ?? 'choice'}.${c}`) }))} />}
            {ask.kind === 'unit' && <Select id={id} style={{ width: '100%' }} value={typeof value === 'string' ? value : null} onChange={(v: string) => { set({ [ask.name]: v }) }} showSearch={{ optionFilterProp: 'label' }} options={options} />}
            {ask.kind === 'units' && <Select id={id} style={{ width: '100%' }} mode='multiple' value={Array.isArray(value) ? value : []} onChange={(v: string[]) => { set({ [ask.name]: v }) }} showSearch={{ optionFilterProp: 'label' }} options={options} />}
            {ask.kind === 'position' && (
              <div className='row'>
                <Button
                  onClick={() => {
                    void attempt(async () => {
                      const { coords } = await new Promise<GeolocationPosition>((resolve, reject) => { navigator.geolocation.getCurrentPosition(resolve, () => { reject(new Error(t('noPosition'))) }, { timeout: 15_000, enableHighAccuracy: true }) })
                      set({ longitude: Number(coords.longitude.toFixed(6)), latitude: Number(coords.latitude.toFixed(6)) })
                    })
                  }}
                >{t('takePosition')}
                </Button>
                <span className='tabular'>{answers.longitude === undefined ? t('noPositionYet') : `${String(answers.longitude)}, ${String(answers.latitude)}`}</span>
              </div>
            )}
          </div>
        )
      })}
    </Modal>
  )
}
