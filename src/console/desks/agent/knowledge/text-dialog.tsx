import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Checkbox, Input, Modal, type GetRef } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { moment } from '../../../moments/moments.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { useDialogueFocus } from '../../../shell/dialogue-focus.ts'
import { Key } from '../../../shell/shortcuts.tsx'
import type { DraftBook } from '../draft/draft-book.ts'
import type { Draft } from '../draft/draft.ts'
import { shortened } from './knowledge.ts'

/** Number of parts of a text message: up to 70 characters are one, longer ones are cut into 67 each. */
const partsOf = (whole: string): number => whole.length <= 70 ? 1 : Math.ceil(whole.length / 67)

/** 短信答复: shows the exact text, the number and the count of parts before it is sent. */
export function TextDialog ({
  book, draft, orderId, onClose
}: { book: DraftBook, draft: Draft, orderId: string, onClose: () => void }): ReactNode {
  const { t } = useTranslation('agent')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const { field, opened } = useDialogueFocus<GetRef<typeof Input.TextArea>>()
  const [agreed, setAgreed] = useState(false)
  const [other, setOther] = useState('')
  const [busy, setBusy] = useState(false)
  const { data: view } = useQuery({
    queryKey: ['answer-texts', orderId],
    staleTime: 0,
    queryFn: async () => (await api.GET('/api/work-orders/{id}/answer-texts', { params: { path: { id: orderId } } })).data ?? null
  })
  const maxLength = view?.maxLength ?? 300
  const text = draft.text ?? shortened(draft.reply ?? '', maxLength)
  const whole = `${view?.signature ?? ''}${text}`
  const to = other.trim()
  const ready = view != null && view.refused === null && agreed && text.trim() !== '' && text.length <= maxLength &&
    (view.to !== null || to !== '') && !busy

  const send = (): void => {
    if (!ready) return
    setBusy(true)
    void attempt(async () => {
      await api.POST('/api/work-orders/{id}/answer-texts', {
        params: { path: { id: orderId }, header: onceKey() },
        body: { text, agreed: true, article: draft.article?.id ?? null, to: to === '' ? null : to }
      })
      await queries.invalidateQueries({ queryKey: ['answer-texts', orderId] })
      book.keep(draft.key, { text: null })
      onClose()
    }, t('textSent')).finally(() => { setBusy(false) })
  }

  return (
    <Modal
      open
      title={t('sendText')}
      afterOpenChange={opened}
      onCancel={onClose}
      onOk={send}
      okText={<>{t('send')}<kbd>Ctrl+Enter</kbd></>}
      okButtonProps={{ disabled: !ready, loading: busy }}
    >
      <Key keys='Ctrl+Enter' onPress={send} />
      {view?.refused && <Alert type='warning' title={t(`textRefused.${view.refused}`)} style={{ marginBottom: 8 }} />}
      <div className='row'>{t('textTo')} <b className='tabular'>{to === '' ? view?.to ?? t('noMobile') : to}</b></div>
      <label htmlFor='f-text'>
        {t('textWords')}{' '}
        <span className={`tabular ${text.length > maxLength ? 'late-word' : 'muted'}`}>
          {text.length} / {maxLength} ·{' '}
          {t('textParts', { count: partsOf(whole) })}
        </span>
      </label>
      <Input.TextArea id='f-text' ref={field} rows={5} value={text} onChange={e => { book.keep(draft.key, { text: e.target.value }) }} />
      <div className='muted small'>{t('textExactly')}</div>
      <blockquote className='text-message' aria-label={t('textExactly')}>{whole}</blockquote>
      <label htmlFor='f-text-to'>{t('textOther')}</label>
      <Input id='f-text-to' inputMode='tel' maxLength={40} value={other} onChange={e => { setOther(e.target.value) }} />
      <Checkbox style={{ marginTop: 8 }} checked={agreed} onChange={e => { setAgreed(e.target.checked) }}>{t('textAgreed')}</Checkbox>
      {view && view.sent.length > 0 && (
        <ul className='list-plain small'>
          {view.sent.map(s => <li key={s.at}><span className='tabular muted'>{moment(s.at)} {s.to}</span> {s.text}</li>)}
        </ul>
      )}
    </Modal>
  )
}
