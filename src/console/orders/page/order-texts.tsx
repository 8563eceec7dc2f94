import './order-text-words.ts'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import type { Order } from '../order-types.ts'
import type { TextName } from './order-text-words.ts'

/** One of an order's four texts, with its readers named; nothing where it is empty or not shown to this person. */
export function OrderText ({ name, children }: { name: TextName, children: string | null }): ReactNode {
  const { t } = useTranslation('order')
  if (!children) return null
  return (
    <div className='order-text' data-text={name}>
      <div><b>{t(`text.${name}`)}</b> <span className='muted small'>{t(`readers.${name}`)}</span></div>
      <p className='words'>{children}</p>
    </div>
  )
}

type Reviewable = Pick<Order, 'reply' | 'replyDraftedBy' | 'replyReviewedBy' | 'replyReviewedAt'>

/** Whether an answer was reviewed, by whom and when; nothing where it was given at once. */
export function AnswerState ({ answer: a }: { answer: Reviewable }): ReactNode {
  const { t } = useTranslation('order')
  const actorName = useActorName()
  if (a.replyDraftedBy === null) return null
  const waits = a.replyReviewedAt === null
  return (
    <>
      <span className={waits ? 'state-word hand' : 'state-word'}>{t(waits ? 'answerWaits' : 'answerReviewed')}</span>{' '}
      <span className='muted small'>
        {t('answerBy')} {actorName(a.replyDraftedBy)}
        {!waits && ` · ${t('answerReviewedBy')} ${actorName(a.replyReviewedBy)} ${moment(a.replyReviewedAt)}`}
      </span>
    </>
  )
}

/** 答复内容: what the citizen is answered. */
export function Answer ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  if (!order.reply) return null
  return (
    <section className='box' aria-label={t('text.reply')}>
      <AnswerState answer={order} />
      <OrderText name='reply'>{order.reply}</OrderText>
    </section>
  )
}
