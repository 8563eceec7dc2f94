import { Button, Input, Modal, Radio, type GetRef } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDialogueFocus } from '../../../shell/dialogue-focus.ts'
import { Key } from '../../../shell/shortcuts.tsx'
import type { DraftBook } from './draft-book.ts'
import type { Draft } from './draft.ts'

type TextAreaRef = GetRef<typeof Input.TextArea>

/** Numbers to which a call is handed live; an answer beside them is our own. */
const liveNumbers = ['110', '119', '120', '122'] as const
export type LiveNumber = typeof liveNumbers[number]

/** 直接答复, or 即时转接: what the caller was told, and whom they were put through to. The text stays with the draft until it is sent. */
export function ReplyDialog ({
  draft, book, onClose, onReply
}: { draft: Draft, book: DraftBook, onClose: () => void, onReply: (reply: string, live: LiveNumber | null) => void }): ReactNode {
  const { t } = useTranslation('agent')
  const { field, opened } = useDialogueFocus<TextAreaRef>()
  const [live, setLive] = useState<LiveNumber | null>(null)
  const reply = draft.reply ?? ''
  const done = (): void => { if (reply.trim()) { onClose(); onReply(reply.trim(), live) } }
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
      <Radio.Group
        size='small'
        aria-label={t('liveTo')}
        value={live}
        onChange={e => { setLive(e.target.value as LiveNumber | null) }}
        options={[
          { value: null, label: t('ownAnswer') },
          ...liveNumbers.map(number => ({ value: number, label: t('putThrough', { number }) }))
        ]}
      />
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
