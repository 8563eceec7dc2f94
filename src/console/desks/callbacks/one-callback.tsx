import { useQueryClient } from '@tanstack/react-query'
import { Button, DatePicker, Dropdown, Modal, Spin } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { moment } from '../../moments/moments.tsx'
import { OrderLink } from '../../orders/order-link.tsx'
import { useOrder } from '../../orders/orders.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { AttemptList } from './attempt-list.tsx'
import { deeds, useCallback1 } from './callbacks.ts'
import { Decision } from './decision.tsx'
import { Questions } from './questions.tsx'

/** One callback: who, why by a person, the questions, what was said before, and what can be done now. */
export function OneCallback ({ id }: { id: string }): ReactNode {
  const { t } = useTranslation('callbacks')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const who = useWho()
  const callback = useCallback1(id)
  const { order } = useOrder(callback?.orderId ?? null)
  const [later, setLater] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)
  if (!callback) return <Spin />
  const c = callback
  const act = (work: () => Promise<unknown>, done?: string): Promise<boolean> => attempt(work, done).then(async went => {
    await queries.invalidateQueries({ queryKey: ['callbacks'] })
    return went
  })
  const open = c.finishedAt === null
  const mine = c.officer === who.login
  const may = holds(who, 'CALLBACK_OFFICER', 'SHIFT_LEADER')
  return (
    <div className='callback' data-status={c.status}>
      <section className='box'>
        <h2 className='row'><OrderLink order={{ id: c.orderId, number: c.orderNumber }} /><span className='state-word hand'>{t(`status.${c.status}`)}</span>{c.confidential && <span className='tag'>{t('confidential')}</span>}{c.cycle > 1 && <span className='tag'>{t('cycle', { n: c.cycle })}</span>}</h2>
        {order && (
          <div className='callback-matter'>
            <b>{order.title}</b> <span className='muted'>{order.complainant?.name ?? ''} · {order.place} · {moment(order.receivedAt)}</span>
            {order.description !== '' && <p>{order.description}</p>}
            {order.assignments.filter(a => a.report).map(a => <p key={a.id}><b>{a.unit.name}</b> {a.report}</p>)}
            {order.reply && <p>{order.reply}</p>}
          </div>
        )}
        <dl className='callback-facts'>
          <dt>{t('number')}</dt><dd className='tabular big-number'>{c.number}</dd>
          <dt>{t('due')}</dt><dd>{moment(c.dueAt)}</dd>
          <dt>{t('byPerson')}</dt><dd>{c.byPersonReason === null ? '—' : t(`why.${c.byPersonReason}`, c.byPersonReason)}</dd>
          <dt>{t('officer')}</dt><dd>{c.officer ?? '—'}</dd>
          {c.officerDueAt !== null && <><dt>{t('officerDue')}</dt><dd>{moment(c.officerDueAt)}</dd></>}
          <dt>{t('attempts')}</dt><dd>{c.attempts} ({t('unanswered')} {c.unanswered} · {t('incomplete')} {c.incomplete} · {t('technical')} {c.technical})</dd>
          {c.smsSentAt !== null && <><dt>{t('smsSent')}</dt><dd>{moment(c.smsSentAt)}</dd></>}
        </dl>
        {open && may && (
          <div className='row'>
            {!mine && <KeyButton keys='Alt+T' onPress={() => { void act(async () => { await deeds.takeOver(id) }) }}>{t('takeOver')}</KeyButton>}
            <KeyButton keys='Alt+K' type='primary' disabled={c.status === 'DIALLING' || who.extension === null} onPress={() => { void act(async () => { await deeds.dial(id) }, t('dialled')) }}>{t('dial')}</KeyButton>
            <Button onClick={() => { setAsking(true) }}>{t('postpone')}</Button>
            <Dropdown menu={{ items: (['declined', 'wrong-number'] as const).map(why => ({ key: why, label: t(why), onClick: () => { void act(async () => { await deeds.giveUp(id, why) }, t('given')) } })) }} trigger={['click']}><Button>{t('giveUp')}</Button></Dropdown>
          </div>
        )}
      </section>
      {open && <Questions callback={c} onSave={async answers => await act(async () => { await deeds.answer(id, answers) }, t('saved'))} />}
      {c.status === 'OFFICER' && may && <Decision callback={c} onDecide={async (verb, reason, explanation) => { await act(async () => { await deeds.decide(id, verb, reason, explanation) }, t(verb === 'explain' ? 'explained' : 'reworked')) }} />}
      <AttemptList callback={c} />
      <Modal
        open={asking} title={t('postpone')} okText={t('postpone')} okButtonProps={{ disabled: later === null }} onCancel={() => { setAsking(false) }}
        onOk={() => { if (later !== null) void act(async () => { await deeds.postpone(id, later) }, t('postponed')).then(() => { setAsking(false) }) }}
      >
        <DatePicker showTime={{ format: 'HH:mm', minuteStep: 15 }} format='YYYY-MM-DD HH:mm' aria-label={t('postpone')} onChange={at => { setLater(at ? at.toISOString() : null) }} />
      </Modal>
    </div>
  )
}
