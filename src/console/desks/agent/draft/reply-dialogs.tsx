import { Button, Input, Modal, Select, type GetRef } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { rejectReasons, type RejectReason } from '../../../orders/order-lists.ts'
import '../../../orders/words/order-event-words.ts'
import { useDialogueFocus } from '../../../shell/dialogue-focus.ts'
import { Key } from '../../../shell/shortcuts.tsx'
import type { DraftBook } from './draft-book.ts'
import type { Draft } from './draft.ts'

type TextAreaRef = GetRef<typeof Input.TextArea>
type RefSelectProps = GetRef<typeof Select>

/** 直接答复: what the caller was told. The text stays with the draft until it is sent. */
export function ReplyDialog ({
  draft, book, onClose, onReply
}: { draft: Draft, book: DraftBook, onClose: () => void, onReply: (reply: string) => void }): ReactNode {
  const { t } = useTranslation('agent')
  const { field, opened } = useDialogueFocus<TextAreaRef>()
  const reply = draft.reply ?? ''
  const done = (): void => { if (reply.trim()) { onClose(); onReply(reply.trim()) } }
  return (
    <Modal
      open
      title={t('answer')}
      afterOpenChange={opened}
      onCancel={onClose}
      onOk={done}
      okText={<>{t('answer')}<kbd>Ctrl+Enter</kbd></>}
      okButtonProps={{ disabled: reply.trim() === '' }}
    >
      {draft.article && (
        <div className='row'>
          {t('fromArticle')}{' '}
          <b>{draft.article.id} {draft.article.title}</b>{' '}
          <Button size='small' type='link' onClick={() => { book.keep(draft.key, { article: null }) }}>{t('withoutArticle')}</Button>
        </div>
      )}
      <Key keys='Ctrl+Enter' onPress={done} />
      <label htmlFor='f-reply'>{t('replyTitle')}</label>
      <Input.TextArea
        id='f-reply'
        ref={field}
        rows={9}
        maxLength={4000}
        value={reply}
        onChange={e => { book.keep(draft.key, { reply: e.target.value }) }}
      />
    </Modal>
  )
}

/** 不予受理, with its reason. */
export function RejectDialog ({
  draft, book, onClose, onReject
}: { draft: Draft, book: DraftBook, onClose: () => void, onReject: (reason: RejectReason, reply: string) => void }): ReactNode {
  const { t } = useTranslation('agent')
  const { field, opened } = useDialogueFocus<RefSelectProps>()
  const [reason, setReason] = useState<RejectReason | null>(null)
  const reply = draft.reply ?? ''
  const ready = reason !== null && reply.trim() !== ''
  const done = (): void => { if (reason !== null && ready) { onClose(); onReject(reason, reply.trim()) } }
  return (
    <Modal
      open
      title={t('reject')}
      afterOpenChange={opened}
      onCancel={onClose}
      onOk={done}
      okText={<>{t('reject')}<kbd>Ctrl+Enter</kbd></>}
      okButtonProps={{ disabled: !ready }}
    >
      <Key keys='Ctrl+Enter' onPress={done} />
      <label htmlFor='f-reason'>{t('reason')}</label>
      <Select
        id='f-reason'
        ref={field}
        style={{ width: '100%' }}
        value={reason}
        onChange={setReason}
        options={rejectReasons.map(r => ({ value: r, label: t(`order:reason.${r}`) }))}
      />
      <label htmlFor='f-reject-reply'>{t('replyTitle')}</label>
      <Input.TextArea id='f-reject-reply' rows={4} value={reply} onChange={e => { book.keep(draft.key, { reply: e.target.value }) }} />
    </Modal>
  )
}
