import { App, Button, Input, Modal, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import type { OrderFilter } from '../../orders/order-types.ts'
import { useCounts } from '../../orders/list/use-counts.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'

/** Orders urged at once; the service refuses more. */
const maxOrders = 200

interface BulkUrgeProps {
  query: OrderFilter
  marked: ReadonlySet<string>
  /** marks or unmarks the chosen order; null: none is chosen */
  onMark: (() => void) | null
  onClear: () => void
}

/** 批量催办: the marked orders, or all of the filter. */
export function BulkUrge ({ query, marked, onMark, onClear }: BulkUrgeProps): ReactNode {
  const { t } = useTranslation('dispatch')
  const [open, setOpen] = useState(false)
  return (
    <div className='row' role='toolbar' aria-label={t('bulk')}>
      <KeyButton size='small' keys='Alt+V' disabled={onMark === null} onPress={() => { onMark?.() }}>{t('mark')}</KeyButton>
      {marked.size > 0 && (
        <>
          <span className='tabular'>{t('marked')} <b>{marked.size}</b></span>
          <Button size='small' type='text' onClick={onClear}>{t('unmark')}</Button>
        </>
      )}
      <KeyButton size='small' keys='Alt+U' onPress={() => { setOpen(true) }}>{t('bulkUrge')}</KeyButton>
      {open && <UrgeDialog query={query} marked={marked} onClose={() => { setOpen(false) }} onDone={() => { setOpen(false); onClear() }} />}
    </div>
  )
}

function UrgeDialog ({
  query, marked, onClose, onDone
}: { query: OrderFilter, marked: ReadonlySet<string>, onClose: () => void, onDone: () => void }): ReactNode {
  const { t } = useTranslation('dispatch')
  const { message } = App.useApp()
  const attempt = useAttempt()
  const { sort: _, ...filter } = query
  const total = useCounts(query)?.total ?? null
  const [scope, setScope] = useState<'marked' | 'filter'>(marked.size > 0 ? 'marked' : 'filter')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [key] = useState(onceKey)
  const count = scope === 'marked' ? marked.size : total ?? 0

  async function urge (): Promise<void> {
    setBusy(true)
    const good = await attempt(async () => {
      const { data } = await api.POST('/api/work-orders/urge',
        { params: { header: key }, body: { reason: reason.trim(), ...(scope === 'marked' ? { orderIds: [...marked] } : { filter }) } })
      if (!data) return
      const just = data.refused.filter(r => r.code === 'urged-just-now').length
      const rest = data.refused.length - just
      void message.success(
        [
          `${t('urgedCount')} ${data.urged}`,
          `${t('toldCount')} ${data.told}`,
          just > 0 && `${t('justUrged')} ${just}`,
          rest > 0 && `${t('notUrged')} ${rest}`
        ].filter(Boolean).join(' · '),
        8
      )
    })
    setBusy(false)
    if (good) onDone()
  }

  return (
    <Modal
      open
      title={t('bulkUrge')}
      onCancel={onClose}
      okText={`${t('order:urged')} ${count}`}
      okButtonProps={{ disabled: reason.trim() === '' || count === 0 || count > maxOrders, loading: busy }}
      onOk={() => { void urge() }}
    >
      <div className='ask'>
        <Radio.Group
          aria-label={t('bulk')}
          value={scope}
          onChange={e => { setScope(e.target.value as typeof scope) }}
          options={[
            { value: 'marked', label: `${t('scopeMarked')} ${marked.size}`, disabled: marked.size === 0 },
            { value: 'filter', label: `${t('scopeFilter')} ${total ?? '…'}` }
          ]}
        />
        {count > maxOrders && <div className='late-word small'>{t('tooMany')}</div>}
      </div>
      <div className='ask'>
        <label htmlFor='bulk-reason'>{t('action:ask.reason')}</label>
        <Input.TextArea id='bulk-reason' rows={2} maxLength={400} value={reason} onChange={e => { setReason(e.target.value) }} autoFocus />
      </div>
      <div className='muted small'>{t('oneText')}</div>
    </Modal>
  )
}
