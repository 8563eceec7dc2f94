import { useQueryClient } from '@tanstack/react-query'
import { App, Dropdown, Spin } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { OrderActions } from '../../orders/actions/order-actions.tsx'
import { OrderLink } from '../../orders/order-link.tsx'
import { useOrder } from '../../orders/orders.ts'
import { AnswerState } from '../../orders/page/order-texts.tsx'
import { phoneText } from '../../phone/phone-text.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { AttemptList } from './attempt-list.tsx'
import { callbackActions, useOneCallback, type Callback, type OnMyLine } from './callbacks.ts'
import { Decision } from './decision.tsx'
import { useNotes } from './notes.ts'
import { Postpone } from './postpone.tsx'
import { Questions } from './questions.tsx'

/** One callback: whom to ring and why a person rings, the questions, earlier attempts, and the possible steps. */
export function OneCallback ({ id, line }: { id: string, line: OnMyLine | null }): ReactNode {
  const callback = useOneCallback(id)
  return callback ? <Whole callback={callback} line={line?.callbackId === id ? line : null} /> : <Spin />
}

function Whole ({ callback: c, line }: { callback: Callback, line: OnMyLine | null }): ReactNode {
  const { t } = useTranslation('callbacks')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const who = useWho()
  const { noted, unsaved, note, forget } = useNotes(c)
  const { id } = c
  const act = async (work: () => Promise<unknown>, done?: string): Promise<boolean> => {
    const went = await attempt(work, done)
    await queries.invalidateQueries({ queryKey: ['callbacks'] })
    return went
  }
  const may = holds(who, 'CALLBACK_OFFICER', 'SHIFT_LEADER')
  return (
    <div className='callback' data-status={c.status}>
      {line && <div className='on-the-line' role='status'>☎ {t(line.rings ? 'ringsYou' : 'onTheLine')}</div>}
      <section className='box'>
        <Matter callback={c} />
        {c.finishedAt === null && may && <Verbs callback={c} act={act} words={noted.freeWords.trim()} callId={line?.callId ?? null} />}
      </section>
      {c.finishedAt === null && (
        <Questions
          noted={noted} unsaved={unsaved} note={note} decided={c.status === 'OFFICER' && may}
          onSave={async answers => {
            const call = { callId: line?.callId ?? null, calledIn: line?.calledIn ?? false }
            const went = await act(async () => { await callbackActions.answer(id, { ...answers, ...call }) }, t('saved'))
            if (went) forget()
            return went
          }}
        />
      )}
      {c.status === 'OFFICER' && may && (
        <Decision
          noted={noted} note={note}
          onDecide={(verb, reason, explanation) => {
            void act(async () => { await callbackActions.decide(id, verb, reason, explanation) },
              t(verb === 'explain' ? 'explained' : 'reworked')).then(went => { if (went) forget() })
          }}
        />
      )}
      <AttemptList callback={c} />
    </div>
  )
}

function Matter ({ callback: c }: { callback: Callback }): ReactNode {
  const { t } = useTranslation('callbacks')
  const actorName = useActorName()
  const { order } = useOrder(c.orderId)
  const facts: Array<[string, ReactNode]> = [
    ['due', moment(c.dueAt)],
    ...(c.postponedHow === null ? [] : [['putOff', c.postponedHow] as [string, ReactNode]]),
    ['byPerson', c.byPersonReason === null ? '—' : t(`why.${c.byPersonReason}`)],
    ['officer', actorName(c.officer) || '—'],
    ...(c.officerDueAt === null ? [] : [['officerDue', moment(c.officerDueAt)] as [string, ReactNode]]),
    [
      'attempts',
      `${c.attempts} (${t('unanswered')} ${c.unanswered} · ${t('incomplete')} ${c.incomplete} · ${t('technical')} ${c.technical})`
    ],
    ...(c.smsSentAt === null ? [] : [['smsSent', moment(c.smsSentAt)] as [string, ReactNode]])
  ]
  return (
    <>
      <h2 className='row'>
        {c.title || '—'}
        <span className='state-word hand'>{t(`order:called.${c.status}`)}</span>
        {c.confidential && <span className='tag'>{t('confidential')}</span>}
        {c.cycle > 1 && <span className='tag'>{t('cycle', { n: c.cycle })}</span>}
      </h2>
      <div className='row callback-who'>
        <b className='tabular big-number'>{c.number === null ? t('hidden') : phoneText(c.number)}</b>
        <span>{order?.complainant.name ?? ''}</span>
        <OrderLink order={{ id: c.orderId, number: c.orderNumber }} />
      </div>
      {order && (
        <div className='callback-matter'>
          <span className='muted'>{order.place} · {moment(order.receivedAt)}</span>
          {order.description !== '' && <p>{order.description}</p>}
          {order.assignments.filter(a => a.report).map(a => <p key={a.id}><b>{a.unit.name}</b> {a.report}</p>)}
          {order.reply && <p><AnswerState answer={order} /> {order.reply}</p>}
          <OrderActions order={order} only={['answer.review']} />
        </div>
      )}
      <dl className='callback-facts'>{facts.map(([word, value]) => <div key={word}><dt>{t(word)}</dt><dd>{value}</dd></div>)}</dl>
    </>
  )
}

interface VerbsProps {
  callback: Callback
  act: (work: () => Promise<unknown>, done?: string) => Promise<boolean>
  /** the officer's notes, or the source of the answers */
  words: string
  callId: string | null
}

function Verbs ({ callback: c, act, words, callId }: VerbsProps): ReactNode {
  const { t } = useTranslation('callbacks')
  const actorName = useActorName()
  const who = useWho()
  const [asking, setAsking] = useState(false)
  const [givingUp, setGivingUp] = useState(false)
  const { modal } = App.useApp()
  const mine = c.officer === who.login
  const free = c.officer === null || mine || holds(who, 'SHIFT_LEADER')
  const dialling = c.status === 'DIALLING'
  // Giving up means that the citizen is not rung again: it is asked once more.
  const giveUp = async (why: 'declined' | 'wrong-number'): Promise<void> => {
    if (await modal.confirm({
      title: `${t('giveUp')} · ${t(why)}`,
      content: t('giveUpMeans'),
      okText: t('giveUp'),
      okButtonProps: { danger: true }
    })) {
      await act(async () => { await callbackActions.giveUp(c.id, { why, freeWords: words === '' ? null : words, callId }) }, t('given'))
    }
  }
  return (
    <div className='row'>
      <KeyButton
        keys='Alt+C'
        type='primary'
        disabled={dialling || !free || who.extension === null}
        onPress={async () => await act(async () => { await callbackActions.dial(c.id) }, t('dialled'))}
      >
        {t('dial')}
      </KeyButton>
      {!mine && (
        <KeyButton
          keys='Alt+T'
          disabled={dialling || !free}
          onPress={async () => await act(async () => { await callbackActions.takeOver(c.id) })}
        >
          {t('takeOver')}
        </KeyButton>
      )}
      <KeyButton
        keys='Alt+Shift+T'
        disabled={c.status !== 'SCHEDULED' || !free}
        onPress={() => { setAsking(true) }}
      >
        {t('postpone')}
      </KeyButton>
      <Dropdown
        open={givingUp} onOpenChange={setGivingUp} trigger={['click']} autoFocus
        menu={{
          items: (['declined', 'wrong-number'] as const).map(why => ({ key: why, label: t(why), onClick: () => { void giveUp(why) } }))
        }}
      >
        <span>
          <KeyButton keys='Alt+Shift+G' disabled={dialling || !free} onPress={() => { setGivingUp(true) }}>{t('giveUp')}</KeyButton>
        </span>
      </Dropdown>
      {!free && c.officer !== null && <span className='muted'>{t('anothers', { who: actorName(c.officer) })}</span>}
      {asking && (
        <Postpone
          onClose={() => { setAsking(false) }}
          onPick={(until, how) => {
            void act(async () => { await callbackActions.postpone(c.id, until, how) }, t('postponed'))
              .then(went => { if (went) setAsking(false) })
          }}
        />
      )}
    </div>
  )
}
