import { Button, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCategoryName, useUnitName } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import type { Order } from '../order-types.ts'

/** Somebody else changed the order first: the order as it was shown, as it is now, and what happened in between. */
export function VersionConflict ({ seen, now, onClose }: { seen: Order, now: Order, onClose: () => void }): ReactNode {
  const { t } = useTranslation('action')
  const actorName = useActorName()
  const unitName = useUnitName()
  const categoryName = useCategoryName()
  const rows: Array<[string, string, string]> = [
    [t('order:state'), t(`order:state.${seen.state}`), t(`order:state.${now.state}`)],
    [t('order:title'), seen.title, now.title],
    [t('order:description'), seen.description, now.description],
    [t('order:place'), seen.place ?? '', now.place ?? ''],
    [t('order:category'), categoryName(seen.categoryCode, seen.categoryName), categoryName(now.categoryCode, now.categoryName)],
    [t('order:lead'), unitName(seen.lead?.id), unitName(now.lead?.id)]
  ]
  const between = now.timeline.slice(seen.timeline.length)
  return (
    <Modal
      open
      title={t('conflict')}
      closable={false}
      width={680}
      footer={<Button type='primary' onClick={onClose}>{t('understood')}</Button>}
    >
      <table className='plain-table'>
        <thead><tr><td /><th scope='col'>{t('seen')}</th><th scope='col'>{t('now')}</th></tr></thead>
        <tbody>
          {rows.filter(([, a, b], i) => a !== b || i === 0).map(([word, a, b]) => (
            <tr key={word}><th scope='row'>{word}</th><td>{a}</td><td>{b}</td></tr>
          ))}
        </tbody>
      </table>
      <ul className='list-plain small'>
        {between.map((e, i) => <li key={i}>{moment(e.at)} {actorName(e.actor)} {t(`order:event.${e.kind}`)}</li>)}
      </ul>
    </Modal>
  )
}
