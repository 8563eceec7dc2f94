import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Radio, Upload } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../../api/api-types.d.ts'
import { api, onceKey } from '../../../api/client.ts'
import type { Drawing } from '../../../map/district-map.tsx'
import { LazyMap } from '../../../map/lazy-map.tsx'
import { useAreas, type Pin } from '../../../map/places.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { readAreaFile, type AreaFile, type Feature } from './area-file.ts'
import './area-words.ts'

type Outcome = paths['/api/places/areas/check']['post']['responses']['200']['content']['application/json']
type From = NonNullable<AreaFile['from']>
interface Tried { features: Feature[], from: From, outcome: Outcome }

const noPins: readonly Pin[] = []

/** The district's areas (网格): drawn, and entered from a file that is tried first. What is wrong with it is drawn red. */
export function AreaRegister (): ReactNode {
  const { t } = useTranslation('areas')
  const { message } = App.useApp()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const areas = useAreas()
  const [from, setFrom] = useState<From>('wgs84')
  const [tried, setTried] = useState<Tried | null>(null)
  const body = (features: Feature[], from: From): AreaFile => ({ type: 'FeatureCollection', from, features })

  const tryFile = async (file: File): Promise<void> => {
    const features = readAreaFile(await file.text())
    if (features === null) { void message.error(t('notRead')); return }
    await attempt(async () => {
      const { data } = await api.POST('/api/places/areas/check', { body: body(features, from) })
      if (data) setTried({ features, from, outcome: data })
    })
  }
  const enter = (tried: Tried): void => {
    const send = async (): Promise<void> => {
      const { data } = await api.POST('/api/places/areas', { params: { header: onceKey() }, body: body(tried.features, tried.from) })
      void message.success(t('entered', { saved: data?.saved ?? 0 }))
    }
    void attempt(send).then(async went => {
      if (went) setTried(null)
      await queries.invalidateQueries({ queryKey: ['areas'] })
      await queries.invalidateQueries({ queryKey: ['located'] })
    })
  }
  const drawings = useMemo(() => drawn(areas, tried), [areas, tried])
  const faults = useMemo(() => tried?.outcome.faults.flatMap(f => pinAt(f.at)) ?? noPins, [tried])
  return (
    <div className='box'>
      <div className='row'>
        <span>{t('count', { n: areas.length })}</span>
        {areas.some(a => a.illustration) && <span className='muted'>{t('sketch')}</span>}
      </div>
      <p className='muted small'>{t('how')}</p>
      <div className='row'>
        <span id='datum'>{t('datum')}</span>
        <Radio.Group
          aria-labelledby='datum' value={from} onChange={e => { setFrom(e.target.value as From); setTried(null) }}
          options={[{ value: 'wgs84', label: t('wgs84') }, { value: 'gcj02', label: t('gcj02') }]}
        />
        <Upload accept='.json,.geojson' showUploadList={false} beforeUpload={file => { void tryFile(file); return false }}>
          <Button>{t('readFile')}</Button>
        </Upload>
      </div>
      {tried && <Result tried={tried} onEnter={() => { enter(tried) }} />}
      <LazyMap drawings={drawings} faults={faults} />
    </div>
  )
}

function Result ({ tried: { outcome }, onEnter }: { tried: Tried, onEnter: () => void }): ReactNode {
  const { t } = useTranslation('areas')
  const { faults } = outcome
  return (
    <section aria-label={t('areas')}>
      <p role='status'>{t('would', { ...outcome })}</p>
      {faults.length > 0 && <p className='late-word' role='alert'>{t('faults', { n: faults.length })}</p>}
      <ul className='small'>
        {faults.map((f, i) => (
          <li key={i}>
            <b>{f.id}</b> {f.validFrom} {t(`fault.${f.fault}`)} {f.other && t('other', { other: f.other })}{' '}
            <span className='muted tabular'>{f.at?.map(degrees => degrees.toFixed(5)).join(', ')}</span>
          </li>
        ))}
      </ul>
      <Button type='primary' disabled={faults.length > 0 || outcome.saved === 0} onClick={onEnter}>{t('enter')}</Button>
    </section>
  )
}

const pinAt = (at: readonly number[] | null): Pin[] =>
  at?.[0] === undefined || at[1] === undefined ? [] : [{ longitude: at[0], latitude: at[1] }]

/** Those that stand; over them those of a file in WGS-84, with what is wrong in red. */
function drawn (areas: ReturnType<typeof useAreas>, tried: Tried | null): Drawing[] {
  const standing = areas.flatMap(a => a.geometry && !tried ? [{ id: a.id, name: a.name, geometry: a.geometry }] : [])
  const wrong = new Set(tried?.outcome.faults.flatMap(f => [f.id, f.other ?? '']))
  const shown = areas.flatMap(a => a.geometry && tried && (a.level === 'town' || wrong.has(a.id))
    ? [{ id: a.id, name: a.name, geometry: a.geometry, wrong: wrong.has(a.id) }]
    : [])
  const ofFile = tried?.from === 'wgs84'
    ? tried.features.map(({ properties: { id, name }, geometry }) => ({ id, name, geometry, wrong: wrong.has(id) }))
    : []
  return [...standing, ...shown, ...ofFile]
}
