import { Input, Modal, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcut } from '../../shell/shortcuts.tsx'

const reasons = ['litigation', 'arbitration', 'discipline-inspection', 'administrative-reconsideration', 'information-disclosure', 'petition-under-way', 'state-secret', 'commercial-secret', 'privacy', 'against-public-order'] as const
export type RejectReason = typeof reasons[number]

/** What the caller was told: 直接答复. */
export function ReplyDialog ({ open, onClose, onReply }: { open: boolean, onClose: () => void, onReply: (reply: string) => void }): ReactNode {
  const { t } = useTranslation('agent')
  const [reply, setReply] = useState('')
  const done = (): void => { if (reply.trim()) { onClose(); onReply(reply.trim()) } }
  useShortcut('Ctrl+Enter', done, open)
  return (
    <Modal open={open} title={t('answer')} onCancel={onClose} onOk={done} okText={`${t('answer')} Ctrl+Enter`} okButtonProps={{ disabled: reply.trim() === '' }} destroyOnHidden>
      <label htmlFor='f-reply'>{t('replyTitle')}</label>
      <Input.TextArea id='f-reply' rows={5} autoFocus value={reply} onChange={e => { setReply(e.target.value) }} />
    </Modal>
  )
}

/** 不予受理, with its reason. */
export function RejectDialog ({ open, onClose, onReject }: { open: boolean, onClose: () => void, onReject: (reason: RejectReason, reply: string) => void }): ReactNode {
  const { t } = useTranslation('agent')
  const [reason, setReason] = useState<RejectReason | null>(null)
  const [reply, setReply] = useState('')
  const ready = reason !== null && reply.trim() !== ''
  const done = (): void => { if (reason !== null && ready) { onClose(); onReject(reason, reply.trim()) } }
  useShortcut('Ctrl+Enter', done, open)
  return (
    <Modal open={open} title={t('reject')} onCancel={onClose} onOk={done} okText={`${t('reject')} Ctrl+Enter`} okButtonProps={{ disabled: !ready }} destroyOnHidden>
      <label htmlFor='f-reason'>{t('reason')}</label>
      <Select id='f-reason' style={{ width: '100%' }} autoFocus value={reason} onChange={setReason} options={reasons.map(r => ({ value: r, label: t(`reason.${r}`) }))} />
      <label htmlFor='f-reject-reply'>{t('replyTitle')}</label>
      <Input.TextArea id='f-reject-reply' rows={4} value={reply} onChange={e => { setReply(e.target.value) }} />
    </Modal>
  )
}
