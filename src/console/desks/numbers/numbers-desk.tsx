import { Button, Form, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import type { paths } from '../../api/api-types.d.ts'
import { useWho } from '../../api/session.tsx'
import { useUnitName } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import '../../figures/figure-words.ts'
import { moment } from '../../moments/moments.tsx'
import { OrderLink } from '../../orders/order-link.tsx'
import '../../orders/words/order-words.ts'
import { StateWord } from '../../orders/state-word.tsx'
import { Asks } from '../../shell/asks.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import '../../words/objection-words.ts'
import './numbers-words.ts'

type Found = paths['/api/number-searches']['post']['responses']['200']['content']['application/json']
interface Asked { number: string, reason: string }

/** 查号码: orders and calls of one telephone number; every search is audited. */
export default function NumbersDesk (): ReactNode {
  const { t } = useTranslation('numbers')
  const attempt = useAttempt()
  const unitName = useUnitName()
  const actorName = useActorName()
  const [found, setFound] = useState<Found | null>(null)
  const [busy, setBusy] = useState(false)
  const find = async ({ number, reason }: Asked): Promise<void> => {
    setBusy(true)
    setFound(null)
    await attempt(async () => {
      const { data } = await api.POST('/api/number-searches', { body: { number: number.trim(), reason: reason.trim() } })
      setFound(data ?? null)
    })
    setBusy(false)
  }
  return (
    <section className='box' aria-label={t('find')}>
      <Form<Asked> layout='vertical' requiredMark={false} style={{ maxWidth: 520 }} onFinish={asked => { void find(asked) }}>
        <Form.Item name='number' label={t('number')} rules={[{ required: true, min: 3 }]}>
          <Input autoFocus maxLength={40} autoComplete='off' />
        </Form.Item>
        <Form.Item name='reason' label={t('reason')} rules={[{ required: true, min: 2, whitespace: true }]}>
          <Input maxLength={200} autoComplete='off' placeholder={t('reasonHint')} />
        </Form.Item>
        <Button type='primary' htmlType='submit' loading={busy}>{t('find')}</Button>
        <p className='muted small'>{t('hint')}</p>
      </Form>
      {found && (
        <>
          {found.block && <Blocked block={found.block} />}
          <h3>{t('orders')} {found.orders.length}</h3>
          {found.orders.length === 0 && <p className='muted'>{t('noOrders')}</p>}
          <ul className='list-plain'>
            {found.orders.map(o => (
              <li key={o.id} className='row'>
                <OrderLink order={o} /><StateWord state={o.state} /><span>{o.title}</span>
                <span className='muted'>{unitName(o.townId)}</span><span className='muted tabular'>{moment(o.receivedAt)}</span>
              </li>
            ))}
          </ul>
          <h3>{t('calls')} {found.calls.length}</h3>
          {found.calls.length === 0 && <p className='muted'>{t('noCalls')}</p>}
          <ul className='list-plain'>
            {found.calls.map(c => (
              <li key={c.id} className='row'>
                <span className='tabular'>{moment(c.offeredAt)}</span><span>{t(`phone:direction.${c.direction}`)}</span>
                <span className='state-word'>{t(`figures:call.${c.result}`)}</span><span>{actorName(c.answeredBy)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** A blocked number: the person's objection is written down here, and the decision can be read out to them. */
function Blocked ({ block }: { block: NonNullable<Found['block']> }): ReactNode {
  const { t } = useTranslation('numbers')
  const attempt = useAttempt()
  const who = useWho()
  const [said, setSaid] = useState<string | null>(null)
  const object = async (words: string): Promise<boolean> => {
    const done = await attempt(async () => {
      await api.POST('/api/number-blocks/{id}/objection', { params: { path: { id: block.id }, header: onceKey() }, body: { words } })
    }, t('block:objected'))
    if (done) setSaid(words)
    return done
  }
  const objection = [block.objection, said].filter(words => words !== null).join('；')
  const decided = said === null && block.objectionDecidedAt !== null
  return (
    <div role='note' aria-label={t('blocked')}>
      <h3>{t('blocked')} {moment(block.holdsUntil)}</h3>
      <p>{block.reason}</p>
      {objection !== '' && (
        <p>
          {t('block:objection')}{t('shell:colon')}{objection}
          <span className='muted'> {decided ? block.objectionAnswer : t('undecided')}</span>
        </p>
      )}
      {block.blockedBy !== who.login && <Asks label={t('block:object')} hint={t('block:objectHint')} onSay={object} />}
    </div>
  )
}
