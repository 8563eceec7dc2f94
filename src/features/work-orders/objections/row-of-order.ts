import type { LoadedOrder, OrderContext } from '../life-cycle/order-context.ts'
import type { NamedRow } from '../order-types.ts'

/** The row of the catalogue that gives this order to this unit today; null: none does. */
export async function rowOfOrder (
  { catalogue, directory, sealing }: OrderContext, { row }: LoadedOrder, unitId: string
): Promise<NamedRow | null> {
  const { categoryCode, townId, placeSealed, title, description, longitude, latitude, aboutUnitId } = row
  const category = (await directory.categories()).find(c => c.code === categoryCode) ?? null
  const lead = await catalogue.lead({
    category,
    townId,
    place: placeSealed === null ? '' : sealing.open(placeSealed),
    words: `${title} ${description}`,
    position: longitude === null || latitude === null ? null : [longitude, latitude],
    aboutUnitId
  })
  return lead.kind === 'lead' && lead.unitId === unitId ? lead.row : null
}
