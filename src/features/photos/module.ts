import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Role } from '../../domain/people/roles.ts'
import type { PhotoPurpose } from '../../domain/work-order.ts'
import type { Module } from '../../module.ts'
import { photosRoutes } from './photos-routes.ts'
import { createPhotos, type Photos, type PhotosOptions } from './photos.ts'

export interface PhotosNeeds extends Pick<PhotosOptions<PhotoPurpose>, 'folder' | 'freeShare'> {
  db: Database
  clock: Clock
  /** roles that may add a photo to an order at all */
  takers: readonly Role[]
  /** the order's rules for its photos */
  orders: Pick<PhotosOptions<PhotoPurpose>, 'sees' | 'mayAdd' | 'onOrder'>
}

/** Pictures of the spot and of the work. */
export function photosModule ({ orders, takers, ...needs }: PhotosNeeds): Module & Pick<Photos<PhotoPurpose>, 'madeAnew'> {
  const photos = createPhotos<PhotoPurpose>({ ...needs, ...orders })
  return { name: 'photos', routes: [photosRoutes({ photos, takers })], sweeps: [photos.sweep], madeAnew: photos.madeAnew }
}
