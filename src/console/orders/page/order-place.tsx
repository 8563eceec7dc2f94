import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LazyMap } from '../../map/lazy-map.tsx'
import { pinOf, useAreas, type Pin } from '../../map/places.ts'
import type { Order } from '../order-types.ts'

/** Where the matter is: its pin among the towns, its cell, and the way there by the telephone's own maps (RFC 5870). */
export function OrderPlace ({ order: { longitude, latitude, cellId } }: { order: Order }): ReactNode {
  const { t } = useTranslation('map')
  const pin = useMemo(() => pinOf({ longitude, latitude }), [longitude, latitude])
  return pin && <PlaceOnMap pin={pin} cellId={cellId} label={t('place')} />
}

function PlaceOnMap ({ pin, cellId, label }: { pin: Pin, cellId: string | null, label: string }): ReactNode {
  const { t } = useTranslation('map')
  const areas = useAreas()
  const cell = areas.find(a => a.id === cellId)
  const drawings = useMemo(() => areas.filter(a => a.level === 'town' || a.id === cellId)
    .flatMap(a => a.geometry ? [{ id: a.id, name: a.name, geometry: a.geometry }] : []), [areas, cellId])
  const at = `${pin.latitude},${pin.longitude}`
  return (
    <section className='box' aria-label={label}>
      <h3>{label}</h3>
      <LazyMap drawings={drawings} pin={pin} />
      <div className='row'>
        {cellId && <span>{t('cell')} {cell?.name ?? cellId}</span>}
        <a href={`geo:${at}?q=${at}`}>{t('way')}</a>
        <span className='muted small tabular'>{pin.longitude}, {pin.latitude}</span>
      </div>
    </section>
  )
}
