import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { moment } from '../../moments/moments.tsx'
import { phoneText } from '../../phone/phone-text.ts'
import type { Order } from '../order-types.ts'
import { AnswerState } from './order-texts.tsx'

/** 诉求: what each person said that belongs to the order, where it is more than one. */
export function Requests ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  if (order.requests.length < 2) return null
  return (
    <section className='box' aria-label={t('requests')}>
      <h3>{t('requests')}</h3>
      <ul className='list-plain'>
        {order.requests.map(r => (
          <li key={r.id}>
            <div className='row'>
              <b className='tabular'>{r.receiptNumber}</b>
              <span className='tabular muted'>{moment(r.receivedAt)}</span>
              <span>{[
                r.name, phoneText(r.number ?? ''), r.anonymous ? t('anonymous') : '',
                r.complainantKind === 'PERSON' ? '' : t(`kind.${r.complainantKind}`), r.creditCode
              ].filter(Boolean).join(' ')}
              </span>
              {r.requestType && <span className='state-word'>{t(`type.${r.requestType}`)}</span>}
              {r.confidential && <span className='state-word'>{t('confidential')}</span>}
              {r.marks.length > 0 && <span>{r.marks.map(m => t(`mark.${m}`, m)).join('、')}</span>}
            </div>
            {r.words && <p className='words'>{r.words}</p>}
            {r.reply && <p className='words'><b>{t('text.reply')}</b> <AnswerState answer={r} /> {r.reply}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}
