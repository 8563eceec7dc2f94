import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { paths } from '../api/api-types.d.ts'
import { api } from '../api/client.ts'
import { useUnitName } from '../directory/directory.ts'
import './map-words.ts'

type Answer<P extends keyof paths, M extends keyof paths[P]> =
  paths[P][M] extends { responses: { 200: { content: { 'application/json': infer A } } } } ? A : never

export type Address = Answer<'/api/places/find', 'post'>['items'][number]
export type Area = Answer<'/api/places/areas', 'get'>['items'][number]
export type Located = Answer<'/api/places/at', 'post'>
export interface Pin { longitude: number, latitude: number }

const longLived = 10 * 60_000

/** The pin of an order or a draft, if both its coordinates are known. */
export const pinOf = ({ longitude, latitude }: { longitude?: number | null, latitude?: number | null }): Pin | null =>
  typeof longitude === 'number' && typeof latitude === 'number' ? { longitude, latitude } : null

/** Places that the typed text may mean, best first. */
export function useAddresses (typed: string): readonly Address[] {
  const said = typed.trim()
  const { data } = useQuery({
    queryKey: ['addresses', said],
    enabled: said.length > 1,
    staleTime: longLived,
    placeholderData: keepPreviousData,
    queryFn: async () => (await api.POST('/api/places/find', { body: { typed: said } })).data?.items ?? []
  })
  return said.length > 1 ? data ?? [] : []
}

/** The cell and town a pin lies in. */
export function useLocated (pin: Pin | null): Located | null {
  const { data } = useQuery({
    queryKey: ['located', pin?.longitude, pin?.latitude],
    enabled: pin !== null,
    staleTime: longLived,
    queryFn: async () => pin ? (await api.POST('/api/places/at', { body: pin })).data ?? null : null
  })
  return pin ? data ?? null : null
}

/** The areas of today with their drawings, of one level or of all. */
export function useAreas (level?: Area['level']): readonly Area[] {
  const { data } = useQuery({
    queryKey: ['areas', level ?? 'all'],
    staleTime: longLived,
    async queryFn () {
      const query = { geometry: true, ...(level ? { level } : {}) }
      return (await api.GET('/api/places/areas', { params: { query } })).data?.items ?? []
    }
  })
  return data ?? []
}

/** Where a pin lies, in one sentence: its cell and town, the towns of a border, or that it is outside. */
export function useWhere (located: Located | null): string {
  const { t } = useTranslation('map')
  const unitName = useUnitName()
  if (!located) return ''
  const near = located.near.map(unitName).join(t('shell:comma'))
  switch (located.where) {
    case 'no-areas': return t('noAreas')
    case 'outside': return near === '' ? t('outside') : t('outsideNear', { near })
    case 'border': return t('border', { town: unitName(located.townId), near })
    case 'inside': return [unitName(located.townId), located.cell && located.cell.level !== 'town' ? located.cell.name : '']
      .filter(name => name !== '').join(' · ')
  }
}
