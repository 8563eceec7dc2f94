import { useQueryClient } from '@tanstack/react-query'
import { Radio } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { randomKey } from '../../api/random-key.ts'
import { useRefusal } from '../../shell/refusals.ts'
import type { PhotoPurpose } from '../order-lists.ts'
import type { Order } from '../order-types.ts'
import { sendFile } from './order-files.ts'

interface OnTheWay { key: string, file: File, purpose: PhotoPurpose, trouble: string | null }

const accepted = '.pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.mp3,.wav,.mp4,.m4v,.txt'

/** Sends files as soon as they are chosen, one after another; a failed one stays here with its reason and can be sent again. */
export function FileSender ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  const refusal = useRefusal()
  const queries = useQueryClient()
  const purposes: readonly PhotoPurpose[] = order.steps.includes('photo.verify') ? ['verification'] : ['report', 'arrival', 'return']
  const [wanted, setWanted] = useState<PhotoPurpose>('report')
  const purpose = purposes.includes(wanted) ? wanted : purposes[0] ?? 'report'
  const [waiting, setWaiting] = useState<readonly OnTheWay[]>([])
  const sending = useRef<string | null>(null)
  const next = waiting.find(f => f.trouble === null)

  useEffect(() => {
    if (!next || sending.current !== null) return
    sending.current = next.key
    const change = (trouble: string | null): void => {
      sending.current = null
      setWaiting(list => trouble === null
        ? list.filter(f => f.key !== next.key)
        : list.map(f => f.key === next.key ? { ...f, trouble } : f))
    }
    sendFile({ orderId: order.id, purpose: next.purpose, file: next.file, key: next.key })
      .then(async () => {
        await queries.invalidateQueries({ queryKey: ['order', order.id] })
        change(null)
      })
      .catch((error: unknown) => { change(refusal(error)) })
  }, [next, order.id, queries, refusal])

  function take (files: FileList | null): void {
    const taken = [...files ?? []].map(file => ({ key: randomKey(), file, purpose, trouble: null }))
    setWaiting(list => [...list, ...taken])
  }
  // Under a key of its own: a file mended meanwhile is another file.
  const again = (key: string): void => {
    setWaiting(list => list.map(f => f.key === key ? { ...f, key: randomKey(), trouble: null } : f))
  }
  const leave = (key: string): void => { setWaiting(list => list.filter(f => f.key !== key)) }

  return (
    <div className='file-sender'>
      <div className='row'>
        {purposes.length > 1 && (
          <Radio.Group
            size='small'
            optionType='button'
            aria-label={t('filePurpose')}
            value={purpose}
            onChange={e => { setWanted(e.target.value as PhotoPurpose) }}
            options={purposes.map(p => ({ value: p, label: t(`photo.${p}`) }))}
          />
        )}
        <label className='chooser'>
          {t('addFiles')}
          <input type='file' multiple accept={accepted} onChange={e => { take(e.target.files); e.target.value = '' }} />
        </label>
      </div>
      {waiting.length > 0 && (
        <ul className='list-plain files'>
          {waiting.map(f => (
            <li key={f.key}>
              {f.file.name}{' '}
              {f.trouble === null
                ? <span role='status' className='muted'>{t('sendingFile')}…</span>
                : (
                  <span role='alert' className='late-word'>
                    {f.trouble}{' '}
                    <button type='button' onClick={() => { again(f.key) }}>{t('sendFileAgain')}</button>{' '}
                    <button type='button' onClick={() => { leave(f.key) }}>{t('leaveFile')}</button>
                  </span>
                  )}
            </li>
          ))}
        </ul>
      )}
      <div className='muted small'>{t('filesHint')}</div>
    </div>
  )
}
