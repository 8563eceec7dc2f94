import { Alert, Spin } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client.ts'
import { every } from '../../api/closed-lists.ts'
import { useCategoryName, useChannelName, useUnitName } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import { Due, moment } from '../../moments/moments.tsx'
import { phoneText } from '../../phone/phone-text.ts'
import { useRefusal } from '../../shell/refusals.ts'
import { explained } from './explained.ts'
import { OrderPlace } from './order-place.tsx'
import { Requests } from './order-requests.tsx'
import { Answer, OrderText } from './order-texts.tsx'
import { Timeline } from './order-timeline.tsx'
import type { DeadlineKind, OrderEventKind } from '../order-lists.ts'
import type { Order } from '../order-types.ts'
import { useOrder } from '../orders.ts'
import { FileShelf } from '../files/file-shelf.tsx'
import { PhotoShelf } from '../photos/photo-shelf.tsx'
import { CallRecording } from '../recordings/call-recording.tsx'
import { Overtime, StateWord, Urged, Urgency } from '../state-word.tsx'
import { fieldWord, type OrderFact } from '../words/field-words.ts'
import './order-page.css'

/** The whole order: its matter, who has it, its deadlines with their reasons, and its timeline. */
export default function OrderPage ({ id, children }: { id: string, children?: (order: Order) => ReactNode }): ReactNode {
  const refusal = useRefusal()
  const { order, error } = useOrder(id)
  // An order this person may no longer see is not shown from memory.
  const gone = error instanceof ApiError && (error.status === 403 || error.status === 404)
  if (error && (gone || !order)) return <Alert type='error' title={refusal(error)} />
  if (!order) return <Spin />
  return (
    <article className='order-page'>
      <Head order={order} />
      {children?.(order)}
      <Matter order={order} />
      <OrderPlace order={order} />
      <Requests order={order} />
      <AskedFor order={order} />
      <Reported order={order} />
      <Answer order={order} />
      <PhotoShelf order={order} />
      <FileShelf order={order} />
      <Deadlines order={order} />
      <Assignments order={order} />
      <Asked order={order} />
      <Timeline order={order} />
    </article>
  )
}

function Head ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  return (
    <header>
      <div className='row'>
        <span className='tabular muted'>{order.number}</span>
        <StateWord state={order.state} />
        <Urgency urgency={order.urgency} />
        <Overtime order={order} />
        {order.dueAt && <span>{t('due')} <Due at={order.dueAt} /></span>}
        {order.problem && <span className='late-word small'>{t('problem')}</span>}
        {order.confidential && <span className='state-word'>{t('confidential')}</span>}
        <Urged order={order} />
      </div>
      <h2>{order.title || '—'}</h2>
    </header>
  )
}

function Matter ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  const unitName = useUnitName()
  const categoryName = useCategoryName()
  const channelName = useChannelName()
  const { complainant: c } = order
  const facts: Record<OrderFact, ReactNode> = {
    categoryCode: categoryName(order.categoryCode, order.categoryName),
    requestType: order.requestType && t(`type.${order.requestType}`),
    place: order.place,
    townId: unitName(order.townId),
    occurred: order.occurred,
    complainant: [
      c.name, phoneText(c.number ?? ''), c.anonymous ? t('anonymous') : '', c.kind === 'PERSON' ? '' : t(`kind.${c.kind}`), c.creditCode
    ].filter(Boolean).join(' '),
    coComplainants: order.coComplainants || null,
    channel: channelName(order.channel),
    sourceNumber: order.sourceNumber,
    receivedAt: moment(order.receivedAt),
    marks: order.marks.map(m => t(`mark.${m}`, m)).join('、'),
    aboutUnit: unitName(order.aboutUnit?.id),
    answerable: unitName(order.answerable?.id),
    reworkCount: order.reworkCount || null,
    outcome: order.outcome && `${t(`outcome.${order.outcome}`)} ${order.outcomeBody ?? ''}`,
    result: order.result && t(`result.${order.result}`)
  }
  return (
    <section className='box' aria-label={t('matter')}>
      {order.wordsWithheld && <p className='muted'>{t('wordsWithheld')}</p>}
      <OrderText name='description'>{order.description}</OrderText>
      <OrderText name='unitText'>{order.unitText}</OrderText>
      <dl>
        {Object.entries(facts).filter(([, v]) => Boolean(v)).map(([k, v]) => <div key={k}><dt>{t(fieldWord(k))}</dt><dd>{v}</dd></div>)}
      </dl>
    </section>
  )
}

/** The step whose reason is shown above everything else: a return or a request for help that waits for a decision. */
const askedBy: Partial<Record<Order['state'], OrderEventKind>> = { RETURN_REQUESTED: 'assignment.return', COORDINATING: 'help.request' }

function AskedFor ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  const unitName = useUnitName()
  const actorName = useActorName()
  const kind = askedBy[order.state]
  const asked = order.timeline.findLast(e => e.kind === kind)
  if (!asked) return null
  return (
    <section className='box' aria-label={t(`event.${asked.kind}`)}>
      <h3>
        {t(`event.${asked.kind}`)}{' '}
        <span className='muted small'>{unitName(asked.actorUnit)} {actorName(asked.actor)} {moment(asked.at)}</span>
      </h3>
      {[asked.detail.reason, asked.detail.evidence]
        .filter(w => typeof w === 'string' && w !== '')
        .map((w, i) => <p key={i} className='words'>{String(w)}</p>)}
    </section>
  )
}

const reportedLast = (order: Order): Order['assignments'][number] | undefined =>
  order.assignments
    .filter(a => a.role === 'lead' && a.report !== null)
    .toSorted((a, b) => (b.reportedAt ?? '').localeCompare(a.reportedAt ?? ''))[0]

/** The unit's last report; near the top, because somebody decides on it. */
function Reported ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  const unitName = useUnitName()
  const last = reportedLast(order)
  if (!last) return null
  return (
    <section className='box' aria-label={t('event.handling.report')}>
      <h3>{t('event.handling.report')} <span className='muted small'>{unitName(last.unit.id)} {moment(last.reportedAt)}</span></h3>
      <OrderText name='report'>{last.report}</OrderText>
    </section>
  )
}

/** Running clocks first, and the unit's own before the others. */
const clocks = every<DeadlineKind>()(['on-site', 'handling', 'sign', 'first-contact', 'citizen', 'dispatch'])
const runningFirst = (a: Order['deadlines'][number], b: Order['deadlines'][number]): number =>
  Number(a.stoppedAt !== null) - Number(b.stoppedAt !== null) || clocks.indexOf(a.kind) - clocks.indexOf(b.kind) ||
    a.startedAt.localeCompare(b.startedAt)

function Deadlines ({ order }: { order: Order }): ReactNode {
  const { t, i18n } = useTranslation('order')
  const actorName = useActorName()
  const { asked } = order.extension
  if (order.deadlines.length === 0) return null
  return (
    <section className='box' aria-label={t('deadlines')}>
      <h3>{t('deadlines')}</h3>
      {asked && (
        <p className='words extension'>
          <span className='state-word hand'>{t('extensionAsked')}</span>{' '}
          <b className='tabular'>{moment(asked.dueBefore)} → {moment(asked.wantedAt)}</b>{' '}
          {asked.reason}{' '}
          <span className='muted small'>{actorName(asked.requestedBy)} {moment(asked.requestedAt)}</span>
        </p>
      )}
      <ul className='list-plain'>
        {order.deadlines.toSorted(runningFirst).map((d, i) => (
          <li key={i} className='deadline'>
            <b>{t(`deadline.${d.kind}`)}</b>
            <span className='tabular'>{moment(d.dueAt)}</span>
            <span>
              {d.stoppedAt ? <span className='muted'>{t('stopped')} {moment(d.stoppedAt)}</span> : <Due at={d.dueAt} />}
              {d.expiredAt && d.stoppedAt && <span className='late-word small'> {t('shell:late')}</span>}
            </span>
            <span className='muted small'>{explained(d, i18n.language)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Assignments ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  const unitName = useUnitName()
  const last = reportedLast(order)
  if (order.assignments.length === 0) return null
  return (
    <section className='box' aria-label={t('assignments')}>
      <h3>{t('assignments')}</h3>
      <ul className='list-plain'>
        {order.assignments.map(a => (
          <li key={a.id}>
            <div className='row'>
              <b>{unitName(a.unit.id)}</b>
              <span className='state-word'>{t(`role.${a.role}`)}</span>
              <span className='state-word'>{t(`basis.${a.basis}`)}</span>
              <span className={a.endedAt ? 'muted' : ''}>{t(`assignment.${a.endedAt ? 'ended' : a.state}`)}</span>
            </div>
            <div className='muted small tabular'>
              {[
                [t('state.DISPATCHED'), a.dispatchedAt],
                [t('assignment.signed'), a.signedAt],
                [t('assignment.on-site'), a.arrivedAt],
                [t('assignment.reported'), a.reportedAt]
              ]
                .filter(([, at]) => at)
                .map(([w, at]) => `${w ?? ''} ${moment(at ?? null)}`)
                .join(' · ')}
            </div>
            {a.arrivedLongitude !== null && a.arrivedLatitude !== null && (
              <div className='muted small tabular'>
                {t('arrivedAt')} {a.arrivedLongitude}, {a.arrivedLatitude}
                {away(order, a.arrivedLongitude, a.arrivedLatitude, t)}
              </div>
            )}
            {a.report && a !== last && <p className='words'>{a.report}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The distance from the place of the matter, if that is known; a degree of latitude is 111.32 km. */
function away ({ longitude, latitude }: Order, atLongitude: number, atLatitude: number, t: (key: string) => string): string {
  if (longitude === null || latitude === null) return ''
  const metres = 111_320 * Math.hypot(latitude - atLatitude, (longitude - atLongitude) * Math.cos(latitude * Math.PI / 180))
  return `，${t('away')}${metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`}`
}

function Asked ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  if (order.calls.length + order.callbacks.length + order.verifications.length === 0) return null
  return (
    <section className='box' aria-label={t('calls')}>
      <h3>{t('calls')} · {t('callback')} · {t('verification')}</h3>
      <ul className='list-plain small'>
        {order.calls.map(c => (
          <li key={c.callId + c.role} className='row'>
            <b>{t(`callrole.${c.role}`)}</b>
            <span className='tabular'>{moment(c.at)}</span>
            <span className='muted'>{t(c.recorded ? 'recorded' : 'unrecorded')}</span>
            <CallRecording call={c} />
          </li>
        ))}
        {order.callbacks.map((c, i) => (
          <li key={`c${i}`} className='row'>
            <b>{t('callback')}</b>
            <span>{t(`called.${c.status}`)}</span>
            <span>{c.attempts}{t('attempts')}</span>
            {c.solved && <span>{t('solved')}：{t(c.solved)}</span>}
            {c.grade !== null && <span>{t('grade')} {c.grade}/5</span>}
            <span className='tabular muted'>{moment(c.nextAt ?? c.finishedAt)}</span>
          </li>
        ))}
        {order.verifications.map((v, i) => (
          <li key={`v${i}`} className='row'>
            <b>{t('verification')}</b>
            <span>{t(`verification.${v.status}`)}</span>
            <span>{v.remarks}</span>
            <span className='tabular muted'>{moment(v.decidedAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
