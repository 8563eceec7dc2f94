import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useSession, useWho } from '../../api/session.tsx'
import { readOrder } from '../../orders/orders.ts'
import { useCall, useMyAgent, type Call } from '../../phone/my-agent.ts'
import { isTakenDown } from '../../phone/taken-down.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import './agent-desk.css'
import './agent-words.ts'
import { AwaitedCallback } from './caller/awaited-callback.tsx'
import { CallerPanel } from './caller/caller-panel.tsx'
import { useDisposition } from './draft/disposition.ts'
import { createDraftBook, type DraftBook } from './draft/draft-book.ts'
import type { Draft } from './draft/draft.ts'
import { MyDay } from './my-day.tsx'
import { KnowledgePanel } from './knowledge/knowledge-panel.tsx'
import { answerOf, shortened, type Article } from './knowledge/knowledge.ts'
import { OrderForm, type Dialogue } from './draft/order-form.tsx'
import { SuggestionsPanel } from './similar/suggestions-panel.tsx'
import { TextDialog } from './knowledge/text-dialog.tsx'

/** One book for each session; signing out ends it. */
const books = new WeakMap<object, DraftBook>()

function useDraftBook (): DraftBook {
  const { begun } = useSession()
  const { login } = useWho()
  return useMemo(() => {
    const book = books.get(begun) ?? createDraftBook(login)
    books.set(begun, book)
    return book
  }, [begun, login])
}

/** 话务台: history left, form in the middle, suggestions right. The ringing call opens by itself. */
export default function AgentDesk (): ReactNode {
  const { t } = useTranslation('agent')
  const who = useWho()
  const agent = useMyAgent()
  const book = useDraftBook()
  const drafts = useSyncExternalStore(book.subscribe, book.drafts)
  const [chosen, setChosen] = useState<string | null>(null)
  const live = useCall(agent?.callId ?? null)
  const citizenCall = live !== null && isTakenDown(live) && live.endedAt === null ? live.id : null
  // A citizen who pressed 0 in a callback: no draft, the remaining questions are asked.
  const rungByUs = live !== null && live.direction === 'outbound' && !isTakenDown(live) ? live : null

  // A ringing call opens its draft by itself, a call by hand when the citizen answers; earlier drafts with text stay open.
  useEffect(() => {
    if (citizenCall === null) return
    setChosen(book.open(citizenCall).key)
  }, [citizenCall, book])

  const draft = drafts.find(d => d.key === chosen) ?? drafts.at(-1) ?? null
  const call = useCall(draft?.callId ?? null)
  useServerDraft(book, draft, call)
  useLeftDrafts(book, who.login)
  useDisposition(draft, call)

  const newDraft = (): void => { setChosen(book.open(null).key) }

  // A dialogue belongs to its draft and is closed with it.
  const [asking, setAsking] = useState<{ key: string, what: Dialogue } | null>(null)
  const dialogue = asking !== null && asking.key === draft?.key ? asking.what : null
  const ask = (what: Dialogue): void => { setAsking(draft === null ? null : { key: draft.key, what }) }
  /** The article's text becomes the answer; empty fields of the form are filled from it. */
  const take = (article: Article): void => {
    if (draft === null) return
    const { id, title, categoryCodes } = article
    const { fields, reply } = draft
    const words = answerOf(article)
    // The agent's own text stays in front of it.
    const own = reply?.trim() && !reply.includes(words) && draft.article?.id !== id ? `${reply.trim()}\n` : ''
    book.keep(draft.key, { article: { id, title }, reply: reply?.includes(words) ? reply : own + words, text: shortened(words, 300) })
    book.write(draft.key, {
      ...(fields.title ? {} : { title }),
      ...(fields.requestType ? {} : { requestType: 'CONSULTATION' as const }),
      ...(fields.categoryCode || !categoryCodes[0] ? {} : { categoryCode: categoryCodes[0] })
    })
  }
  return (
    <div className='agent-desk'>
      <div>
        {rungByUs !== null && <AwaitedCallback key={rungByUs.id} call={rungByUs} />}
        {draft?.callId && call ? <CallerPanel key={draft.key} call={call} draft={draft} book={book} /> : null}
        <MyDay />
      </div>
      <div>
        <div className='row'>
          <div className='draft-tabs' role='tablist' aria-label={t('form')}>
            {drafts.map((d, i) => (
              <button key={d.key} type='button' role='tab' aria-selected={d.key === draft?.key} onClick={() => { setChosen(d.key) }}>
                {d.done ? '✓ ' : d.keeping === 'failed' ? <span className='dot'>● </span> : null}
                {d.fields.title || d.number || `${d.callId ? t('fromCall') : t('typed')} ${i + 1}`}
              </button>
            ))}
          </div>
          <KeyButton size='small' keys='Alt+N' onPress={newDraft}>{t('newDraft')}</KeyButton>
        </div>
        {draft
          ? (
            <OrderForm
              key={draft.key}
              book={book}
              draft={draft}
              call={call}
              dialogue={dialogue}
              onDialogue={ask}
              onClosed={() => { setChosen(null) }}
            />
            )
          : <div className='box done muted'>{t('noCall')}</div>}
      </div>
      <div>
        {draft ? <SuggestionsPanel key={`suggestions-${draft.key}`} book={book} draft={draft} call={call} /> : null}
        <KnowledgePanel
          key={`knowledge-${draft?.key ?? ''}`}
          draft={draft}
          onAnswer={article => { take(article); ask('answer') }}
          onText={article => { take(article); ask('text') }}
        />
      </div>
      {dialogue === 'text' && draft !== null && draft.orderId !== null && (
        <TextDialog key={draft.key} book={book} draft={draft} orderId={draft.orderId} onClose={() => { ask(null) }} />
      )}
    </div>
  )
}

/** The server opens a draft when the call is answered: from then on every pause is saved there. */
function useServerDraft (book: DraftBook, draft: Draft | null, call: Call | null): void {
  const key = draft?.key ?? null
  const origin = call?.orders.filter(o => o.role === 'origin').map(o => o.orderId).join(' ') ?? ''
  const wanted = draft !== null && draft.callId !== null && draft.done === null
  const { login, extension } = useWho()
  useEffect(() => {
    if (!wanted || key === null || origin === '') return
    let left = false
    void (async () => {
      for (const id of origin.split(' ')) {
        const order = await readOrder(id).catch(() => null)
        // An agent who takes over a call continues the draft of the one before.
        if (left || order === null || !(order.state === 'DRAFT' || [login, extension].includes(order.createdBy))) continue
        book.adopt(key, order)
        return
      }
    })()
    return () => { left = true }
  }, [book, key, origin, call?.state, wanted, login, extension])
}

/** Drafts of calls this browser does not know: after a crash on another computer. */
function useLeftDrafts (book: DraftBook, login: string): void {
  useEffect(() => {
    let left = false
    void (async () => {
      const { data } = await api.GET('/api/work-orders', { params: { query: { state: 'DRAFT', createdBy: login, limit: 10 } } })
      for (const { id } of data?.items ?? []) {
        if (book.drafts().some(d => d.orderId === id)) continue
        const order = await readOrder(id)
        if (left || order.originCallId === null || order.title + order.description === '') continue
        book.adopt(book.open(order.originCallId).key, order)
      }
    })().catch(() => {})
    return () => { left = true }
  }, [book, login])
}
