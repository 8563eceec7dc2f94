import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnitName } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import type { Order } from '../order-types.ts'
import { StateWord } from '../state-word.tsx'
import { ChangedFields } from './changed-fields.tsx'

/** The state a step led to, if it changed the state. */
function NewState ({ from, to }: Pick<Order['timeline'][number], 'from' | 'to'>): ReactNode {
  return to === null || from === to ? null : <StateWord state={to} />
}

/** Texts in a step's detail. */
const told = ['reason', 'text', 'reply', 'remark', 'decision', 'evidence', 'noVisitReason', 'report', 'remarks'] as const

/** Everything that happened to the order, step by step. */
export function Timeline ({ order }: { order: Order }): ReactNode {
  const { t, i18n } = useTranslation('order')
  const unitName = useUnitName()
  const actorName = useActorName()
  /** A reason from a list is stored as its code; a written one is shown as it was written. */
  const words = (key: string, value: string): string =>
    key === 'reason' && i18n.exists(`order:reason.${value}`) ? t(`reason.${value}`) : value
  // A draft is saved at every pause: successive savings are one line.
  const lines = order.timeline.filter((e, i, all) => e.kind !== 'draft.save' || all[i + 1]?.kind !== 'draft.save')
  return (
    <section className='box' aria-label={t('timeline')}>
      <h3>{t('timeline')}</h3>
      <ol className='list-plain timeline'>
        {lines.map((e, i) => (
          <li key={i}>
            <span className='tabular muted'>{moment(e.at)}</span>
            <span><b>{t(`event.${e.kind}`)}</b> <NewState from={e.from} to={e.to} />
              {Array.isArray(e.detail.units)
                ? ` ${(e.detail.units as string[]).map(unitName).join('、')}`
                : typeof e.detail.unit === 'string' ? ` ${unitName(e.detail.unit)}` : ''}
              {typeof e.detail.times === 'number' && <b className='tabular'> ×{e.detail.times}</b>}
              {e.kind === 'call.tried' && ` ${t(`leg:${String(e.detail.outcome)}`)}`}
              {typeof e.detail.purpose === 'string' && ` ${t(`photo.${e.detail.purpose}`)}`}
              {e.kind.startsWith('extension.') && typeof e.detail.due === 'string' && (
                <span className='tabular'> {moment(e.detail.due)} → {moment(String(e.detail.until ?? e.detail.wanted))}</span>
              )}
              <ChangedFields detail={e.detail} />
              {told.map(k => typeof e.detail[k] === 'string' && e.detail[k] !== ''
                ? <div key={k} className='words'>{words(k, String(e.detail[k]))}</div>
                : null)}
            </span>
            <span className='muted small'>{actorName(e.actor)}{e.actorUnit ? ` · ${unitName(e.actorUnit)}` : ''}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
