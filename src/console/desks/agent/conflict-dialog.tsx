import { Button, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrderFields } from '../../orders/orders.ts'

const words: Partial<Record<keyof OrderFields, string>> = { title: 'order:title', description: 'order:description', place: 'order:place', occurred: 'order:occurred', categoryCode: 'order:category', townId: 'order:town', urgency: 'order:urgency', requestType: 'order:requestType', complainantName: 'order:complainant' }

/** Somebody else wrote the same fields: both versions side by side, a person decides. */
export function ConflictDialog ({ mine, theirs, onKeep }: { mine: OrderFields, theirs: OrderFields, onKeep: (whose: 'mine' | 'theirs') => void }): ReactNode {
  const { t } = useTranslation('agent')
  const keys = (Object.keys(words) as Array<keyof OrderFields>).filter(k => JSON.stringify(mine[k] ?? '') !== JSON.stringify(theirs[k] ?? ''))
  return (
    <Modal open title={t('conflict')} closable={false} footer={[<Button key='t' onClick={() => { onKeep('theirs') }}>{t('keepTheirs')}</Button>, <Button key='m' type='primary' onClick={() => { onKeep('mine') }}>{t('keepMine')}</Button>]} width={720}>
      <table className='plain-table'>
        <thead><tr><th scope='col' aria-label={t('conflict')} /><th scope='col'>{t('mine')}</th><th scope='col'>{t('theirs')}</th></tr></thead>
        <tbody>{keys.map(k => <tr key={k}><th scope='row'>{t(words[k] ?? '')}</th><td>{String(mine[k] ?? '')}</td><td>{String(theirs[k] ?? '')}</td></tr>)}</tbody>
      </table>
    </Modal>
  )
}
