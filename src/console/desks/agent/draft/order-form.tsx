import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrderFields } from '../../../orders/order-types.ts'
import type { Call } from '../../../phone/my-agent.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { useSuggestion } from '../similar/suggestions-panel.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import type { DraftBook } from './draft-book.ts'
import { isWritten, type Draft } from './draft.ts'
import { useFiling } from './filing.ts'
import { FormFields } from './form-fields.tsx'
import { RejectDialog } from './reject-dialog.tsx'
import { ReplyDialog } from './reply-dialogs.tsx'

/** What the form calls the fields the server may refuse. */
const labels: Partial<Record<keyof OrderFields, string>> = {
  title: 'what',
  place: 'where',
  occurred: 'when',
  description: 'course',
  complainantName: 'who',
  complainantNumber: 'phone',
  creditCode: 'order:creditCode'
}

export type Dialogue = 'answer' | 'reject' | 'text' | null

interface OrderFormProps {
  book: DraftBook
  draft: Draft
  call: Call | null
  dialogue: Dialogue
  onDialogue: (open: Dialogue) => void
  onClosed: () => void
}

/** The order form: the five elements in the order in which they are asked, everything by keyboard. */
export function OrderForm ({ book, draft, call, dialogue, onDialogue, onClosed }: OrderFormProps): ReactNode {
  const { t } = useTranslation('agent')
  const { modal } = App.useApp()
  const suggestion = useSuggestion(draft)
  const { busy, missing, file, fileAndDispatch, answer, reject } = useFiling(book, draft, suggestion)
  const { key } = draft
  const close = (): void => { book.close(key); onClosed() }
  /** Asks before closing a draft that exists only here; the draft of a call stays on the server. */
  const drop = (): void => {
    if (draft.orderId !== null || !isWritten(draft)) close()
    else void modal.confirm({ title: t('dropQuestion'), okText: t('dropped'), okButtonProps: { danger: true }, onOk: close })
  }
  if (draft.done) return <Done done={draft.done} onClose={close} />

  const critical = draft.fields.urgency === 'critical'
  return (
    <section className='box form-box' aria-label={t('form')}>
      <h3>
        {draft.callId ? t('fromCall') : t('typed')} <span className='tabular muted'>{draft.number}</span>
        <Keeping draft={draft} />
      </h3>
      <FormFields book={book} draft={draft} call={call} />
      <div className='agent-actions'>
        <KeyButton type='primary' keys='Ctrl+Enter' loading={busy} onPress={file}>{t('file')}</KeyButton>
        <KeyButton
          keys='Alt+Enter'
          disabled={!critical || !suggestion}
          title={critical ? '' : t('dispatchOnlyCritical')}
          onPress={fileAndDispatch}
        >
          {t('fileAndDispatch')}
        </KeyButton>
        <KeyButton keys='Alt+A' onPress={() => { onDialogue('answer') }}>{t('answer')}</KeyButton>
        <KeyButton keys='Alt+J' onPress={() => { onDialogue('reject') }}>{t('reject')}</KeyButton>
        {missing.length > 0 && <span className='muted small'>{t('missing')}{t('shell:colon')}{missing.join(t('shell:comma'))}</span>}
        <span style={{ flex: 1 }} />
        <Button type='text' onClick={drop}>{t('dropped')}</Button>
      </div>
      {dialogue === 'answer' && <ReplyDialog draft={draft} book={book} onClose={() => { onDialogue(null) }} onReply={answer} />}
      {dialogue === 'reject' && <RejectDialog draft={draft} book={book} onClose={() => { onDialogue(null) }} onReject={reject} />}
      {draft.theirs && <ConflictDialog mine={draft.fields} theirs={draft.theirs} onKeep={fields => { book.settle(key, fields) }} />}
    </section>
  )
}

/** Where the draft is kept: on the server, in this browser, or all of it but a refused field. */
function Keeping ({ draft }: { draft: Draft }): ReactNode {
  const { t } = useTranslation('agent')
  const said = draft.callId && draft.orderId === null
    ? t('keep.opening')
    : draft.refused
      ? t('keep.refused', { field: t(labels[draft.refused.field] ?? 'form'), why: t(`error:${draft.refused.code}`) })
      : t(`keep.${draft.keeping}`)
  return <span className={`small ${draft.keeping === 'failed' ? 'due soon' : 'muted'}`} role='status'>{said}</span>
}

/** What became of the draft, with the number to tell the caller. */
function Done ({ done, onClose }: { done: NonNullable<Draft['done']>, onClose: () => void }): ReactNode {
  const { t } = useTranslation('agent')
  return (
    <section className='box done' aria-live='polite'>
      <div>{t(done.what)}</div>
      <div className='figure tabular'>{done.number}</div>
      <div className='muted'>{done.what === 'urged' || done.what === 'urgedQuietly' ? t(`${done.what}Small`) : t('tellNumber')}</div>
      <KeyButton type='primary' keys='Ctrl+Enter' onPress={onClose}>{t('close')}</KeyButton>
    </section>
  )
}
