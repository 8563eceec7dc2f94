import { circleMarker, geoJSON, latLngBounds, layerGroup, map as leaflet, type LayerGroup, type Map } from 'leaflet'
import 'leaflet/dist/leaflet.css'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import './map.css'
import './map-words.ts'
import type { Area, Pin } from './places.ts'

/** Something drawn on the map; what is wrong is red. */
export interface Drawing { id: string, name: string, geometry: NonNullable<Area['geometry']>, wrong?: boolean }

interface DistrictMapProps {
  drawings: readonly Drawing[]
  pin?: Pin | null
  /** places to be shown as faults */
  faults?: readonly Pin[]
  /** where a person has set the pin; without it the map is only looked at */
  onPin?: (pin: Pin) => void
}

const colours = { line: '#31708f', wrong: '#c4161c', pin: '#c4161c' }
/** Nearer does not help: there is no picture of the ground. */
const closest = 18

const short = (degrees: number): number => Number(degrees.toFixed(6))

/** The district's areas and a pin, drawn by this page alone: no picture is fetched from elsewhere. */
export default function DistrictMap ({ drawings, pin = null, faults = [], onPin }: DistrictMapProps): ReactNode {
  const { t } = useTranslation('map')
  const box = useRef<HTMLDivElement>(null)
  const parts = useRef<{ map: Map, areas: LayerGroup, pins: LayerGroup } | null>(null)
  const set = useRef(onPin)
  useEffect(() => { set.current = onPin }, [onPin])

  useEffect(() => {
    if (!box.current) return
    const map = leaflet(box.current, { preferCanvas: true, attributionControl: false, maxZoom: closest })
    map.setView([31.1, 121.4], 11)
    parts.current = { map, areas: layerGroup().addTo(map), pins: layerGroup().addTo(map) }
    map.on('click', ({ latlng }) => { set.current?.({ longitude: short(latlng.lng), latitude: short(latlng.lat) }) })
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter') return
      const { lng, lat } = map.getCenter()
      set.current?.({ longitude: short(lng), latitude: short(lat) })
    }
    const element = box.current
    element.addEventListener('keydown', onKey)
    return () => {
      element.removeEventListener('keydown', onKey)
      parts.current = null
      map.remove()
    }
  }, [])

  useEffect(() => {
    const { map, areas } = parts.current ?? {}
    if (!map || !areas) return
    areas.clearLayers()
    for (const { name, geometry, wrong = false } of drawings) {
      const style = { color: wrong ? colours.wrong : colours.line, weight: wrong ? 3 : 1, fillOpacity: wrong ? 0.2 : 0.04 }
      geoJSON(geometry, { style }).bindTooltip(name, { sticky: true }).addTo(areas)
    }
    const bounds = latLngBounds([])
    areas.eachLayer(layer => { if ('getBounds' in layer) bounds.extend((layer as ReturnType<typeof geoJSON>).getBounds()) })
    if (bounds.isValid()) map.fitBounds(bounds, { animate: false })
  }, [drawings])

  useEffect(() => {
    const { map, pins } = parts.current ?? {}
    if (!map || !pins) return
    pins.clearLayers()
    const round = (at: Pin, filled: boolean): void => {
      circleMarker([at.latitude, at.longitude], { radius: 8, color: colours.pin, weight: 3, fillOpacity: filled ? 0.9 : 0 }).addTo(pins)
    }
    if (pin) {
      round(pin, true)
      map.setView([pin.latitude, pin.longitude], Math.max(map.getZoom(), 14), { animate: false })
    }
    for (const fault of faults) round(fault, false)
  }, [pin, faults, drawings])

  return (
    <div
      ref={box} className='district-map' tabIndex={0} role='application' aria-label={t(onPin ? 'useMap' : 'map')}
      data-pin={pin ? `${pin.longitude},${pin.latitude}` : ''} data-areas={drawings.length}
    />
  )
}
