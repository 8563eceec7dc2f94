import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Modal, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, ApiError, onceKey } from '../../api/client.ts'
import { useCategories, useNameOf, useUnits } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { useRefusal } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { requestTypes, urgencies } from '../order-lists.ts'
import type { Order } from '../order-types.ts'
import { readOrder } from '../orders.ts'
import { fieldWords } from '../words/field-words.ts'
import { FieldChoices, type Whose } from './field-choices.tsx'
import {
  differing, dropCorrection, keepCorrection, keptCorrection, matterFields, matterOf, proposed, type Correction,
  type Matter, type MatterField
} from './matter-fields.ts'
import './matter-words.ts'
import './matter.css'

/** 更正: corrects the matter of an order. When two people do so at once, the second to save sees both versions. */
export function CorrectMatter ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('matter')
  const [open, setOpen] = useState(false)
  if (!order.steps.includes('case.amend')) return null
  return (
    <>
      <KeyButton keys='Alt+M' onPress={() => { setOpen(true) }}>{t('correct')}</KeyButton>
      {open && <MatterDialog order={order} onClose={() => { setOpen(false) }} />}
    </>
  )
}

function MatterDialog ({ order, onClose }: { order: Order, onClose: () => void }): ReactNode {
  const { t } = useTranslation('matter')
  const actorName = useActorName()
  const { message } = App.useApp()
  const refusal = useRefusal()
  const queries = useQueryClient()
  const options = useOptions()
  const [correction, setCorrection] = useState<Correction>(
    () => keptCorrection(order.id) ?? { version: order.version, base: matterOf(order), mine: matterOf(order) }
  )
  const [seen] = useState(order.timeline.length)
  const [now, setNow] = useState<Order | null>(null)
  const [busy, setBusy] = useState(false)
  const [reason, setReason] = useState('')
  const keep = (next: Correction): void => {
    setCorrection(next)
    keepCorrection(order.id, next)
  }
  const write = (change: Matter): void => { keep({ ...correction, mine: { ...correction.mine, ...change } }) }

  async function save ({ version, base, mine }: Correction): Promise<void> {
    const changed = differing(base, mine)
    if (changed.length === 0) { dropCorrection(order.id); onClose(); return }
    setBusy(true)
    try {
      const body = Object.fromEntries(changed.map(f => [f, f === 'place' && mine[f] === '' ? null : mine[f]]))
      await api.PUT('/api/work-orders/{id}/matter',
        { params: { path: { id: order.id }, header: onceKey() }, body: { ...body, ...(reason === '' ? {} : { reason }), version } })
      dropCorrection(order.id)
      void message.success(t('saved'))
      onClose()
    } catch (error) {
      if (error instanceof ApiError && error.code === 'version-conflict') setNow(await readOrder(order.id))
      else void message.error(refusal(error), 6)
    } finally {
      setBusy(false)
      void queries.invalidateQueries({ queryKey: ['order', order.id] })
    }
  }

  const type = correction.mine.requestType
  const decided = type !== order.requestType && (order.requestType === 'REPORT_OF_WRONG' || type === 'PRAISE')

  if (now) {
    const theirs = matterOf(now)
    const reads = (field: MatterField, value: unknown): string => options(field).find(o => o.value === value)?.label ?? String(value ?? '')
    const take = (chosen: Readonly<Record<MatterField, Whose>>): void => {
      const mine: Matter = {
        ...theirs,
        ...Object.fromEntries(matterFields.filter(f => chosen[f] === 'mine').map(f => [f, correction.mine[f]]))
      }
      const next = { version: now.version, base: theirs, mine }
      keep(next)
      setNow(null)
      void save(next)
    }
    return (
      <FieldChoices
        key={now.version} busy={busy} onTake={take} onLater={onClose}
        rows={proposed(correction, theirs).map(({ field, proposed }) => ({
          field,
          word: t(`order:${fieldWords[field]}`),
          mine: reads(field, correction.mine[field]),
          theirs: reads(field, theirs[field]),
          proposed
        }))}
        between={now.timeline.slice(seen).map(e => `${moment(e.at)} ${actorName(e.actor)} ${t(`order:event.${e.kind}`)}`)}
      />
    )
  }
  return (
    <Modal
      open title={`${t('correct')} ${order.number}`} width={640} onCancel={onClose} footer={[
        <Button key='drop' onClick={() => { dropCorrection(order.id); onClose() }}>{t('drop')}</Button>,
        <KeyButton key='save' type='primary' keys='Ctrl+S' loading={busy} onPress={() => { void save(correction) }}>{t('save')}</KeyButton>
      ]}
    >
      {matterFields.map(f => (
        <div key={f} className='ask'>
          <label htmlFor={`matter-${f}`}>{t(`order:${fieldWords[f]}`)}</label>
          <Field
            id={`matter-${f}`}
            field={f}
            value={correction.mine[f]}
            options={options(f)}
            onWrite={value => { write({ [f]: value }) }}
          />
        </div>
      ))}
      {decided && (
        <div className='ask'>
          <label htmlFor='matter-reason'>{t('liftReason')}</label>
          <Input.TextArea id='matter-reason' rows={2} maxLength={1000} value={reason} onChange={e => { setReason(e.target.value) }} />
        </div>
      )}
    </Modal>
  )
}

interface FieldProps {
  id: string
  field: MatterField
  value: unknown
  options: ReadonlyArray<{ value: string, label: string }>
  onWrite: (value: string | null) => void
}

function Field ({ id, field, value, options, onWrite }: FieldProps): ReactNode {
  if (field === 'description' || field === 'unitText') {
    return <Input.TextArea id={id} rows={5} maxLength={4000} value={String(value ?? '')} onChange={e => { onWrite(e.target.value) }} />
  }
  if (options.length === 0) return <Input id={id} maxLength={200} value={String(value ?? '')} onChange={e => { onWrite(e.target.value) }} />
  return (
    <Select
      id={id}
      style={{ width: '100%' }}
      value={typeof value === 'string' ? value : null}
      showSearch={{ optionFilterProp: 'label' }}
      options={[...options]}
      onChange={(v: string) => { onWrite(v) }}
    />
  )
}

/** The choices for a field; empty for a text. */
function useOptions (): (field: MatterField) => ReadonlyArray<{ value: string, label: string }> {
  const { t } = useTranslation('order')
  const units = useUnits()
  const categories = useCategories()
  const nameOf = useNameOf()
  return field => {
    switch (field) {
      case 'townId': return units.filter(u => u.kind === 'town').map(u => ({ value: u.id, label: nameOf(u) }))
      case 'categoryCode':
        return categories.map(c => ({ value: c.code, label: `${nameOf(c)} · ${nameOf({ name: c.className, nameEn: c.classNameEn })}` }))
      case 'requestType': return requestTypes.map(value => ({ value, label: t(`type.${value}`) }))
      case 'urgency': return urgencies.map(value => ({ value, label: t(`urgency.${value}`) }))
      default: return []
    }
  }
}
