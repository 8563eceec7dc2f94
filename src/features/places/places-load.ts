import type { Static } from 'typebox'
import type { Tx } from '../../db/database.ts'
import { systemActor, type Actor } from '../../domain/people/roles.ts'
import { areasOfFile } from './area-file.ts'
import { createPlaceChanges } from './place-changes.ts'
import { areasRevision } from './places-store.ts'
import { AreaFileSchema } from './places-schemas.ts'

/** A district's areas as a file has them. */
export const AreasOfFileSchema = AreaFileSchema
export type AreasOfFile = Static<typeof AreaFileSchema>

const administrator: Actor = { ...systemActor, roles: ['ADMINISTRATOR'] }

/** The file's areas, where there are none yet: an administrator's survive another loading. */
export async function loadAreas (tx: Tx, file: AreasOfFile): Promise<void> {
  if (await areasRevision(tx) > 0) return
  const changes = createPlaceChanges({ places: { forget () {} }, today: () => '' })
  await changes.putAreas(tx, administrator, areasOfFile(file))
}
