import './photo-words.ts'
import './photos.css'
import { Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnits, useNameOf } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { KeyButton } from '../../shell/shortcuts.tsx'
import type { Order } from '../order-types.ts'
import { photoAddress } from './send-photo.ts'

/** Small photos of an order; a click opens one in full, and that is audited. */
export function PhotoShelf ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  const actorName = useActorName()
  const nameOf = useNameOf()
  const units = useUnits()
  const [at, setAt] = useState<number | null>(null)
  const { photos } = order
  if (photos.length === 0) return null
  const shown = at === null ? undefined : photos[at]
  const caption = (p: typeof photos[number]): string => [
    t(`photo.${p.purpose}`),
    // A unit of those days may be none of today's.
    p.unit === null ? actorName(p.by) : nameOf(units.find(u => u.id === p.unit?.id) ?? { ...p.unit, nameEn: '' }),
    moment(p.at),
    p.cycle > 1 ? `${t('round')}${p.cycle}` : ''
  ].filter(Boolean).join(' · ')
  const go = (by: number): void => { setAt(i => i === null ? null : (i + by + photos.length) % photos.length) }
  return (
    <section className='box' aria-label={t('photos')}>
      <h3>{t('photos')} <span className='muted'>{photos.length}</span></h3>
      <ul className='photos'>
        {photos.map((p, i) => (
          <li key={p.id}>
            <button type='button' className='picture' aria-label={caption(p)} onClick={() => { setAt(i) }}>
              <img src={photoAddress(order.id, p.id, 'small')} alt='' loading='lazy' />
            </button>
            <span className='small'>{t(`photo.${p.purpose}`)} <span className='muted tabular'>{moment(p.at)}</span></span>
          </li>
        ))}
      </ul>
      <Modal
        open={shown !== undefined}
        title={shown && caption(shown)}
        width='min(1100px, 96vw)'
        footer={null}
        onCancel={() => { setAt(null) }}
      >
        {shown && (
          <>
            <img
              className='full-photo'
              src={photoAddress(order.id, shown.id, 'full')}
              alt={caption(shown)}
              width={shown.width}
              height={shown.height}
            />
            {photos.length > 1 && (
              <div className='row'>
                <KeyButton keys='ArrowLeft' onPress={() => { go(-1) }}>{t('before')}</KeyButton>
                <span className='tabular'>{(at ?? 0) + 1}/{photos.length}</span>
                <KeyButton keys='ArrowRight' onPress={() => { go(1) }}>{t('after')}</KeyButton>
              </div>
            )}
          </>
        )}
      </Modal>
    </section>
  )
}
