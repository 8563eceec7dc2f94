import { AutoComplete, Button, Input, Modal } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnitName } from '../../../directory/directory.ts'
import { LazyMap } from '../../../map/lazy-map.tsx'
import { pinOf, useAddresses, useAreas, useLocated, useWhere, type Pin } from '../../../map/places.ts'
import { useDebounced } from '../../../moments/moments.tsx'
import type { OrderFields } from '../../../orders/order-types.ts'

interface PlaceFieldProps { id: string, fields: OrderFields, onWrite: (change: OrderFields) => void }

/** What stands before an option's number: nobody types it. */
const option = '\u0001'
const noPin = { longitude: null, latitude: null }

/** The place in words, with places that may be meant, and its pin on the map. */
export function PlaceField ({ id, fields, onWrite }: PlaceFieldProps): ReactNode {
  const { t } = useTranslation('map')
  const unitName = useUnitName()
  const [open, setOpen] = useState(false)
  /** the name whose point the pin is; another text is another place */
  const [taken, setTaken] = useState<string | null>(null)
  const typed = fields.place ?? ''
  const found = useAddresses(useDebounced(typed, 300))
  const pin = pinOf(fields)
  const located = useLocated(pin)
  const where = useWhere(located)
  const type = (place: string): void => {
    const moved = taken !== null && !place.includes(taken)
    if (moved) setTaken(null)
    onWrite({ place, ...(moved ? noPin : {}) })
  }
  const take = (no: number): void => {
    const address = found[no]
    if (!address) return
    const { name, townId, longitude, latitude } = address.place
    const pinned = longitude !== null && latitude !== null
    setTaken(pinned ? name : null)
    onWrite({ place: address.text, townId, ...(pinned ? { longitude, latitude } : noPin) })
  }
  const isGuess = (why: string): boolean => why === 'sounds-alike' || why === 'one-character'
  const options = found.map((address, no) => ({
    value: `${option}${no}`,
    label: (
      <span>
        {address.place.name} <span className='muted small'>{unitName(address.place.townId)}</span>
        {isGuess(address.why) && <span className='muted small'> {t(`why.${address.why}`)}</span>}
        {address.place.longitude === null && <span className='muted small'> {t('noPoint')}</span>}
      </span>
    )
  }))
  return (
    <>
      <div className='row' style={{ flexWrap: 'nowrap' }}>
        <AutoComplete
          id={id} value={typed} style={{ flex: 1 }} defaultActiveFirstOption={false}
          options={options} onSelect={(value: string) => { take(Number(value.slice(option.length))) }}
          onChange={(text: string) => { if (!text.startsWith(option)) type(text) }}
        >
          <Input maxLength={400} />
        </AutoComplete>
        <Button onClick={() => { setOpen(true) }}>{t('map')}</Button>
      </div>
      {pin && <div className='small' role='status'>{t('pinned')}{where === '' ? '' : `${t('shell:colon')}${where}`}</div>}
      {open && (
        <PinDialog
          pin={pin} where={where} onClose={() => { setOpen(false) }}
          onPin={at => { setTaken(null); onWrite(at ?? noPin) }}
        />
      )}
    </>
  )
}

interface PinDialogProps { pin: Pin | null, where: string, onPin: (pin: Pin | null) => void, onClose: () => void }

function PinDialog ({ pin, where, onPin, onClose }: PinDialogProps): ReactNode {
  const { t } = useTranslation('map')
  const areas = useAreas('town')
  const drawings = useMemo(() => areas.flatMap(a => a.geometry ? [{ id: a.id, name: a.name, geometry: a.geometry }] : []), [areas])
  return (
    <Modal open width={760} title={t('onMap')} onCancel={onClose} onOk={onClose} cancelButtonProps={{ style: { display: 'none' } }}>
      <p className='muted small'>{t('useMap')}{areas.some(a => a.illustration) ? ` · ${t('sketch')}` : ''}</p>
      <LazyMap drawings={drawings} pin={pin} onPin={onPin} />
      <div className='row'>
        <span role='status'>{where}</span>
        {pin && <Button onClick={() => { onPin(null) }}>{t('takePin')}</Button>}
      </div>
    </Modal>
  )
}
