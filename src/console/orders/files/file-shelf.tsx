import './file-words.ts'
import '../photos/photo-words.ts'
import '../photos/photos.css'
import './files.css'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useWho } from '../../api/session.tsx'
import { useUnitName } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import type { Order } from '../order-types.ts'
import { FileSender } from './file-sender.tsx'
import { dropFile, fileAddress, useOrderFiles, type OrderFile } from './order-files.ts'

/** 附件: files of an order, each a download, and the way to add one for those who may. */
export function FileShelf ({ order }: { order: Order }): ReactNode {
  const { t } = useTranslation('order')
  const files = useOrderFiles(order.id)
  const may = order.steps.includes('photo.add') || order.steps.includes('photo.verify')
  if (files.length === 0 && !may) return null
  return (
    <section className='box' aria-label={t('files')}>
      <h3>{t('files')} <span className='muted'>{files.length > 0 && files.length}</span></h3>
      {files.length > 0 && (
        <ul className='list-plain files'>{files.map(file => <FileLine key={file.id} order={order} file={file} may={may} />)}</ul>
      )}
      {may && <FileSender order={order} />}
    </section>
  )
}

function FileLine ({ order, file, may }: { order: Order, file: OrderFile, may: boolean }): ReactNode {
  const { t } = useTranslation('order')
  const who = useWho()
  const unitName = useUnitName()
  const actorName = useActorName()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const unscanned = file.scan === 'waiting' && file.open
  const name = file.name ?? `${t(`file.${file.type}`)} · ${t('fileUnnamed')}`
  return (
    <li>
      <div className='row'>
        {file.open ? <a href={fileAddress(order.id, file.id)} download>{name}</a> : <span>{name}</span>}
        <span className='muted small'>{t(`file.${file.type}`)} {size(file.bytes)}</span>
        {file.scan !== 'clean' && (
          <span className={file.scan === 'found' ? 'late-word small' : 'muted small'}>
            {t(unscanned ? 'fileUnscanned' : `scan.${file.scan}`)}
          </span>
        )}
        {may && file.by === who.login && (
          <button
            type='button'
            className='drop'
            aria-label={`${t('dropFile')} ${name}`}
            title={t('dropFile')}
            onClick={() => {
              void attempt(async () => { await dropFile(order.id, file.id) })
                .then(async () => { await queries.invalidateQueries({ queryKey: ['order', order.id] }) })
            }}
          >
            ×
          </button>
        )}
      </div>
      <div className='muted small tabular'>
        {[
          t(`photo.${file.purpose}`),
          file.unitId === null ? actorName(file.by) : unitName(file.unitId),
          moment(file.at),
          file.cycle > 1 ? `${t('round')}${file.cycle}` : ''
        ].filter(Boolean).join(' · ')}
      </div>
    </li>
  )
}

const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
