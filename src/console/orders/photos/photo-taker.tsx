import './photo-words.ts'
import './photos.css'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { randomKey } from '../../api/random-key.ts'
import { useWho } from '../../api/session.tsx'
import { useAttempt, useRefusal } from '../../shell/refusals.ts'
import type { PhotoPurpose } from '../order-lists.ts'
import type { Order } from '../order-types.ts'
import { photoAddress, sendPhoto } from './send-photo.ts'

interface OnTheWay { key: string, file: File, address: string, trouble: string | null }

const accepted = 'image/jpeg,image/png,image/webp'

/** Photos not yet sent. `failed`: none is being sent; a person has to retry or discard them. */
export interface Unsent { count: number, failed: boolean }

interface PhotoTakerProps { order: Order, purpose: PhotoPurpose, onUnsent: (unsent: Unsent) => void }

/** Sends photos as soon as they are taken, one after another; a failed one stays here and can be sent again. */
export function PhotoTaker ({ order, purpose, onUnsent }: PhotoTakerProps): ReactNode {
  const { t } = useTranslation('action')
  const who = useWho()
  const attempt = useAttempt()
  const refusal = useRefusal()
  const queries = useQueryClient()
  const [waiting, setWaiting] = useState<readonly OnTheWay[]>([])
  const sending = useRef<string | null>(null)
  const there = order.photos.filter(p => p.purpose === purpose && p.cycle === order.cycle)
  const next = waiting.find(p => p.trouble === null)

  useEffect(() => { onUnsent({ count: waiting.length, failed: next === undefined }) }, [waiting.length, next, onUnsent])
  useEffect(() => {
    if (!next || sending.current !== null) return
    sending.current = next.key
    const change = (trouble: string | null): void => {
      sending.current = null
      setWaiting(
        list => trouble === null ? list.filter(p => p.key !== next.key) : list.map(p => p.key === next.key ? { ...p, trouble } : p)
      )
    }
    sendPhoto({ orderId: order.id, purpose, file: next.file, key: next.key })
      .then(async () => {
        await queries.invalidateQueries({ queryKey: ['order', order.id] })
        URL.revokeObjectURL(next.address)
        change(null)
      })
      .catch((error: unknown) => { change(refusal(error)) })
  }, [next, order.id, purpose, queries, refusal])

  function take (files: FileList | null): void {
    const taken = [...files ?? []].map(file => ({ key: randomKey(), file, address: URL.createObjectURL(file), trouble: null }))
    setWaiting(list => [...list, ...taken])
  }
  const again = (key: string): void => { setWaiting(list => list.map(p => p.key === key ? { ...p, trouble: null } : p)) }
  const leave = (key: string): void => { setWaiting(list => list.filter(p => p.key !== key)) }

  return (
    <div className='photo-taker'>
      <div className='row'>
        <Chooser name={t('takePhoto')} camera onTake={take} />
        <Chooser name={t('choosePhotos')} onTake={take} />
      </div>
      {there.length + waiting.length > 0 && (
        <ul className='photos'>
          {there.map(p => (
            <li key={p.id}>
              <img src={photoAddress(order.id, p.id, 'small')} alt={t(`order:photo.${p.purpose}`)} />
              {p.by === who.login && (
                <button
                  type='button'
                  aria-label={t('dropPhoto')}
                  title={t('dropPhoto')}
                  onClick={() => {
                    void attempt(async () => {
                      await api.DELETE('/api/work-orders/{id}/photos/{photo}',
                        { params: { path: { id: order.id, photo: p.id }, header: onceKey() } })
                    })
                  }}
                >
                  ×
                </button>
              )}
            </li>
          ))}
          {waiting.map(p => (
            <li key={p.key} className={p.trouble === null ? 'on-the-way' : 'failed'}>
              <img src={p.address} alt='' />
              {p.trouble === null
                ? <span role='status'>{t('sending')}…</span>
                : (
                  <span role='alert'>
                    {p.trouble}{' '}
                    <button type='button' onClick={() => { again(p.key) }}>{t('sendAgain')}</button>{' '}
                    <button type='button' onClick={() => { leave(p.key) }}>{t('discardPhoto')}</button>
                  </span>
                  )}
            </li>
          ))}
        </ul>
      )}
      <div className='muted small'>{t('photosHint')}</div>
    </div>
  )
}

/** A file field as a button; on a telephone, `camera` opens the camera itself. */
function Chooser ({
  name, camera = false, onTake
}: { name: string, camera?: boolean, onTake: (files: FileList | null) => void }): ReactNode {
  return (
    <label className={`chooser ${camera ? 'camera' : ''}`}>
      {name}
      <input
        type='file'
        accept={accepted}
        {...(camera ? { capture: 'environment' } : { multiple: true })}
        onChange={e => { onTake(e.target.files); e.target.value = '' }}
      />
    </label>
  )
}
