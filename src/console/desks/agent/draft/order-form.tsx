import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Checkbox, Input, Select, type InputRef } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useNameOf, useUnits } from '../../../directory/directory.ts'
import type { OrderFields } from '../../../orders/orders.ts'
import type { Call } from '../../../phone/my-agent.ts'
import { phoneText } from '../../../phone/phone-text.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { CategoryField } from './category-field.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { changed, isWritten, type Draft, type DraftBook } from './draft-book.ts'
import { RejectDialog, ReplyDialog } from './reply-dialogs.tsx'
import { useSuggestion } from '../similar/suggestions-panel.tsx'
import { useTownGuess } from './town-guess.ts'

/** The most frequent first. */
const requestTypes = every<RequestType>()(['HELP', 'COMPLAINT', 'CONSULTATION', 'REPORT_OF_WRONG', 'SUGGESTION', 'FIND', 'PRAISE', 'ALARM'])
const marks = ['elderly', 'dialect', 'injured'] as const
/** What the form calls the fields the server may refuse. */
const labels: Partial<Record<keyof OrderFields, string>> = {
  title: 'what',
  place: 'where',
  occurred: 'when',
  description: 'course',
  complainantName: 'who',
  complainantNumber: 'phone'
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

/** The order form: the five elements in the order they are asked, everything by keyboard. */
export function OrderForm ({ book, draft, call, dialogue, onDialogue, onClosed }: OrderFormProps): ReactNode {
  const { t } = useTranslation('agent')
  const { message, modal } = App.useApp()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const units = useUnits()
  const nameOf = useNameOf()
  const suggestion = useSuggestion(draft)
  const [busy, setBusy] = useState(false)
  const first = useRef<InputRef>(null)
  const { fields, key } = draft
  const refused = draft.refused?.field
  const guessed = useTownGuess(book, draft)
  useEffect(() => { first.current?.focus() }, [])

  const write = (change: OrderFields): void => { book.write(key, change) }
  const towns = units.filter(u => u.kind === 'town')
  const missing = [
    ...(fields.title ? [] : [t('what')]),
    ...(fields.categoryCode ? [] : [t('category').replace(/\s*[（(].*/, '')]),
    ...(fields.requestType ? [] : [t('order:requestType')])
  ]

  /** The order on the server, filed or merely received: made from the call's draft, or anew. */
  async function toServer (file: boolean): Promise<{ id: string, number: string, version: number }> {
    const now = await book.flush(key)
    if (now.orderId !== null) {
      if (!file) return { id: now.orderId, number: now.number ?? '', version: now.version }
      const { data } = await api.POST('/api/work-orders/{id}/file',
        { params: { path: { id: now.orderId }, header: { 'idempotency-key': now.onceKey } }, body: { version: now.version } })
      if (data) return data
    } else {
      const { data } = await api.POST('/api/work-orders', {
        params: { header: { 'idempotency-key': `${now.onceKey}-${file ? 'f' : 'r'}` } },
        body: { ...changed(now.fields, {}), channel: 'HOTLINE_962000', ...(now.callId ? { callId: now.callId } : {}), file }
      })
      if (data) return data
    }
    throw new Error('no answer')
  }

  const work = (doing: () => Promise<void>): void => {
    if (busy || draft.done) return
    setBusy(true)
    void attempt(doing).finally(() => {
      setBusy(false)
      void queries.invalidateQueries({ queryKey: ['my-orders'] })
    })
  }
  const file = (): void => {
    if (missing.length > 0) { void message.warning(`${t('missing')}${t('shell:colon')}${missing.join(t('shell:comma'))}`); return }
    work(async () => {
      const { id, number } = await toServer(true)
      book.finish(key, { number, what: 'filed' }, id)
    })
  }
  const fileAndDispatch = (): void => {
    if (!suggestion || missing.length > 0) {
      void message.warning(`${t('missing')}${t('shell:colon')}${missing.join(t('shell:comma')) || t('suggestion')}`)
      return
    }
    work(async () => {
      const { id, number, version } = await toServer(true)
      book.finish(key, { number, what: 'filed' }, id)
      await api.POST('/api/work-orders/{id}/dispatch', {
        params: { path: { id }, header: onceKey() },
        body: { version, mode: 'single', unitIds: [suggestion.unitId], basis: suggestion.basis }
      })
      book.finish(key, { number, what: 'dispatched' })
    })
  }
  const answer = (reply: string): void => {
    work(async () => {
      const { id, number, version } = await toServer(false)
      await api.POST('/api/work-orders/{id}/answer',
        { params: { path: { id }, header: onceKey() }, body: { version, reply, article: draft.article?.id ?? null } })
      book.finish(key, { number, what: 'answered' }, id)
    })
  }
  const reject = (reason: Parameters<Parameters<typeof RejectDialog>[0]['onReject']>[0], reply: string): void => {
    work(async () => {
      const { id, number, version } = await toServer(false)
      await api.POST('/api/work-orders/{id}/reject', { params: { path: { id }, header: onceKey() }, body: { version, reply, reason } })
      book.finish(key, { number, what: 'rejected' }, id)
    })
  }

  /** A draft of a call stays on the server; one without a call is nowhere else. */
  const drop = (): void => {
    const close = (): void => { book.close(key); onClosed() }
    if (draft.orderId !== null || !isWritten(draft)) close()
    else void modal.confirm({ title: t('dropQuestion'), okText: t('dropped'), okButtonProps: { danger: true }, onOk: close })
  }

  if (draft.done) {
    return (
      <section className='box done' aria-live='polite'>
        <div>{t(draft.done.what)}</div>
        <div className='figure tabular'>{draft.done.number}</div>
        <div className='muted'>
          {draft.done.what === 'urged' || draft.done.what === 'urgedQuietly' ? t(`${draft.done.what}Small`) : t('tellNumber')}
        </div>
        <KeyButton type='primary' keys='Ctrl+Enter' onPress={() => { book.close(key); onClosed() }}>{t('close')}</KeyButton>
      </section>
    )
  }

  const critical = fields.urgency === 'critical'
  return (
    <section className='box form-box' aria-label={t('form')}>
      <h3>{draft.callId ? t('fromCall') : t('typed')} <span className='tabular muted'>{draft.number}</span>
        <span className={`small ${draft.keeping === 'failed' ? 'due soon' : 'muted'}`} role='status'>
          {draft.callId && draft.orderId === null
            ? t('keep.opening')
            : draft.refused
              ? t('keep.refused', { field: t(labels[draft.refused.field] ?? 'form'), why: t(`error:${draft.refused.code}`) })
              : t(`keep.${draft.keeping}`)}
        </span>
      </h3>
      <div className='agent-form'>
        <div style={{ gridColumn: 'span 3' }}>
          <label htmlFor='f-type'>{t('order:requestType')}</label>
          <Select
            id='f-type'
            value={fields.requestType ?? null}
            onChange={requestType => { write({ requestType }) }}
            showSearch={{ optionFilterProp: 'label' }}
            options={requestTypes.map(r => ({ value: r, label: t(`order:type.${r}`) }))}
          />
        </div>
        <div style={{ gridColumn: 'span 9' }}>
          <label htmlFor='f-title'>{t('what')}</label>
          <Input id='f-title' ref={first} maxLength={200} value={fields.title ?? ''} onChange={e => { write({ title: e.target.value }) }} />
        </div>
        <div style={{ gridColumn: 'span 8' }}>
          <label htmlFor='f-place'>{t('where')}</label>
          <Input id='f-place' maxLength={400} value={fields.place ?? ''} onChange={e => { write({ place: e.target.value }) }} />
        </div>
        <div style={{ gridColumn: 'span 4' }}>
          <label htmlFor='f-town'>{t('order:town')} {guessed && <span className='muted'>{t('townGuessed')}</span>}</label>
          <Select
            id='f-town'
            allowClear
            value={fields.townId ?? null}
            onChange={(townId: string | undefined) => { book.write(key, { townId: townId ?? null }, townId !== undefined) }}
            showSearch={{ optionFilterProp: 'label' }}
            options={towns.map(u => ({ value: u.id, label: nameOf(u) }))}
          />
        </div>
        <div style={{ gridColumn: 'span 5' }}>
          <label htmlFor='f-category'>{t('category')}</label>
          <CategoryField
            id='f-category'
            value={fields.categoryCode ?? null}
            onChange={category => { write(category ? { categoryCode: category.code, urgency: category.urgency } : { categoryCode: null }) }}
          />
        </div>
        <div style={{ gridColumn: 'span 3' }}>
          <label htmlFor='f-urgency'>{t('order:urgency')}</label>
          <Select
            id='f-urgency'
            value={fields.urgency ?? null}
            onChange={urgency => { write({ urgency }) }}
            placeholder={t('kindOfCategory')}
            options={urgencies.map(u => ({ value: u, label: t(`order:urgency.${u}`) }))}
          />
        </div>
        <div style={{ gridColumn: 'span 4' }}>
          <label htmlFor='f-when'>{t('when')}</label>
          <Input id='f-when' maxLength={200} value={fields.occurred ?? ''} onChange={e => { write({ occurred: e.target.value }) }} />
        </div>
        <div style={{ gridColumn: 'span 12' }}>
          <label htmlFor='f-course'>{t('course')}</label>
          <Input.TextArea
            id='f-course'
            rows={6}
            maxLength={10_000}
            value={fields.description ?? ''}
            onChange={e => { write({ description: e.target.value }) }}
          />
        </div>
        <div style={{ gridColumn: 'span 4' }}>
          <label htmlFor='f-who'>{t('who')}</label>
          <Input
            id='f-who'
            maxLength={200}
            value={fields.complainantName ?? ''}
            onChange={e => { write({ complainantName: e.target.value }) }}
          />
        </div>
        <div style={{ gridColumn: 'span 4' }}>
          <label htmlFor='f-phone'>{t('phone')}</label>
          <Input
            id='f-phone'
            maxLength={60}
            inputMode='tel'
            status={refused === 'complainantNumber' ? 'error' : ''}
            aria-invalid={refused === 'complainantNumber'}
            value={fields.complainantNumber ?? ''}
            placeholder={phoneText(call?.number ?? '')}
            onChange={e => { write({ complainantNumber: e.target.value }) }}
          />
        </div>
        <div style={{ gridColumn: 'span 4' }}>
          <label htmlFor='f-about'>{t('order:aboutUnit')}</label>
          <Select
            id='f-about'
            allowClear
            value={fields.aboutUnitId ?? null}
            onChange={(aboutUnitId: string | undefined) => { write({ aboutUnitId: aboutUnitId ?? null }) }}
            showSearch={{ optionFilterProp: 'label' }}
            options={units.map(u => ({ value: u.id, label: nameOf(u) }))}
          />
        </div>
        <div className='checks' style={{ gridColumn: 'span 12' }}>
          <Checkbox
            checked={fields.confidential ?? fields.requestType === 'REPORT_OF_WRONG'}
            onChange={e => { write({ confidential: e.target.checked }) }}
          >
            {t('order:confidential')}
          </Checkbox>
          <Checkbox
            checked={fields.anonymous ?? false}
            onChange={e => { write({ anonymous: e.target.checked }) }}
          >
            {t('order:anonymous')}
          </Checkbox>
          <Checkbox
            checked={fields.wantsCallback ?? true}
            onChange={e => { write({ wantsCallback: e.target.checked }) }}
          >
            {t('order:wantsCallback')}
          </Checkbox>
          {marks.map(m => (
            <Checkbox
              key={m}
              checked={fields.marks?.includes(m) ?? false}
              onChange={e => {
                write({ marks: e.target.checked ? [...fields.marks ?? [], m] : (fields.marks ?? []).filter(x => x !== m) })
              }}
            >
              {t(`order:mark.${m}`)}
            </Checkbox>
          ))}
        </div>
      </div>
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
