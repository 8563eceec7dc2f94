import { Input, Modal, Select, type GetRef } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../../api/session.tsx'
import { rejectReasons, statutoryReasons, type RejectReason } from '../../../orders/order-lists.ts'
import '../../../orders/words/order-code-words.ts'
import '../../../orders/words/order-event-words.ts'
import { useDialogueFocus } from '../../../shell/dialogue-focus.ts'
import { Key } from '../../../shell/shortcuts.tsx'
import type { DraftBook } from './draft-book.ts'
import type { Draft } from './draft.ts'

type RefSelectProps = GetRef<typeof Select>

/** Outcomes without a reason: 转属地 and 移送线索. */
const elsewhere = ['transferred', 'clue'] as const
type Way = RejectReason | typeof elsewhere[number]

/** Why it is not accepted, or where it went instead. */
export type Rejection = { reason: RejectReason } | { outcome: typeof elsewhere[number], outcomeBody: string, evidence?: string }

const isElsewhere = (way: Way | null): way is typeof elsewhere[number] => elsewhere.some(one => one === way)

/** 不予受理: the law's other way, why not, or where it went. What the shift leader alone decides is shown to others, and not to be chosen. */
export function RejectDialog ({
  draft, book, onClose, onReject
}: { draft: Draft, book: DraftBook, onClose: () => void, onReject: (rejection: Rejection, reply: string) => void }): ReactNode {
  const { t } = useTranslation('agent')
  const leads = holds(useWho(), 'SHIFT_LEADER')
  const { field, opened } = useDialogueFocus<RefSelectProps>()
  const [way, setWay] = useState<Way | null>(null)
  const [body, setBody] = useState('')
  const [evidence, setEvidence] = useState('')
  const reply = draft.reply ?? ''
  const said = isElsewhere(way) ? body.trim() !== '' && (way !== 'clue' || evidence.trim() !== '') : way !== null
  const ready = said && reply.trim() !== ''
  const done = (): void => {
    if (way === null || !ready) return
    onClose()
    onReject(isElsewhere(way)
      ? { outcome: way, outcomeBody: body.trim(), ...(way === 'clue' ? { evidence: evidence.trim() } : {}) }
      : { reason: way }, reply.trim())
  }
  const option = (value: RejectReason) =>
    ({ value, label: t(`order:reason.${value}`), disabled: !leads && !statutoryReasons.includes(value) })
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
      <Select<Way>
        id='f-reason'
        ref={field}
        style={{ width: '100%' }}
        value={way}
        onChange={setWay}
        options={[
          { label: t('order:outcome.statutory-way'), options: rejectReasons.filter(r => statutoryReasons.includes(r)).map(option) },
          { label: t('order:outcome.explained'), options: rejectReasons.filter(r => !statutoryReasons.includes(r)).map(option) },
          ...elsewhere.map(value => ({ value, label: t(`order:outcome.${value}`), disabled: !leads }))
        ]}
      />
      {!leads && <p className='muted small'>{t('leaderDecides')}</p>}
      {isElsewhere(way) && (
        <>
          <label htmlFor='f-outcome-body'>{t('outcomeBody')}</label>
          <Input id='f-outcome-body' maxLength={200} value={body} onChange={e => { setBody(e.target.value) }} />
        </>
      )}
      {way === 'clue' && (
        <>
          <label htmlFor='f-clue'>{t('clueEvidence')}</label>
          <Input.TextArea id='f-clue' rows={2} maxLength={4000} value={evidence} onChange={e => { setEvidence(e.target.value) }} />
        </>
      )}
      <label htmlFor='f-reject-reply'>{t('replyTitle')}</label>
      <Input.TextArea id='f-reject-reply' rows={4} value={reply} onChange={e => { book.keep(draft.key, { reply: e.target.value }) }} />
    </Modal>
  )
}
