import type { Database } from '../../db/database.ts'
import type { Module } from '../../module.ts'
import { placeFileRoutes } from './place-file-routes.ts'
import { createPlaceChanges } from './place-changes.ts'
import { createPlaces, type Places } from './places.ts'
import { placesRoutes } from './places-routes.ts'

export interface PlacesNeeds {
  db: Database
  directory: { today: () => string }
}

/** The district's areas (网格), and things in the street (部件) with their owners. */
export function placesModule ({ db, directory: { today } }: PlacesNeeds): Module & { places: Places } {
  const places = createPlaces({ db, today })
  const changes = createPlaceChanges({ places, today })
  return { name: 'places', places, routes: [placesRoutes({ places, today }), placeFileRoutes({ db, changes })] }
}
