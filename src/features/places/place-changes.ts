import type { Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError, type ErrorCode } from '../../domain/errors.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import { toWgs84, type Datum } from '../../domain/place/coordinates.ts'
import { areaIndex, areasAt } from './rules/areas-at.ts'
import type { Area, AreaFacts } from './rules/area.ts'
import type { Component } from './rules/component-owner.ts'
import { importAreas, type ImportFault, type ImportPlan } from './rules/import-areas.ts'
import { importComponents, type ComponentFault, type ComponentPlan } from './rules/import-components.ts'
import { outlineOf, shapeOf, type Geometry } from './rules/shape.ts'
import type { Places } from './places.ts'
import {
  allAreas, allComponents, areasRevision, componentsRevision, lockPlaces, saveAreas, saveComponents, unitKinds
} from './places-store.ts'

/** An area as a file has it. Towns name their unit; what lies in one has its parent's. */
export interface AreaOfFile extends Omit<AreaFacts, 'townId'> { townId: string | null, geometry: Geometry }
export interface AreaFile { from: Datum, areas: readonly AreaOfFile[] }
export interface ComponentFile { from: Datum, components: readonly Component[] }

/** What a file would do, or did: rows new or changed, rows that end, rows that stand already, and all that is wrong. */
export interface Outcome<F> { saved: number, ended: number, known: number, faults: F[] }

/** What an administrator may change. Areas and things are never removed: they end on a day. */
export interface PlaceChanges {
  /** Says what the file would do; changes nothing. */
  checkAreas: (tx: Tx, actor: Actor, file: AreaFile) => Promise<Outcome<ImportFault>>
  /** All of it or nothing. @throws DomainError `area-crosses-itself`, `area-overlaps`, `area-outside`, `unknown-town`, `invalid-input` */
  putAreas: (tx: Tx, actor: Actor, file: AreaFile) => Promise<Outcome<ImportFault>>
  checkComponents: (tx: Tx, actor: Actor, file: ComponentFile) => Promise<Outcome<ComponentFault>>
  /** All of it or nothing. @throws DomainError `outside-district`, `unknown-unit`, `invalid-input` */
  putComponents: (tx: Tx, actor: Actor, file: ComponentFile) => Promise<Outcome<ComponentFault>>
}

interface Context { places: Pick<Places, 'forget'>, today: () => string }

/** The code of a fault; those of a row's form are `invalid-input` with the fault as guard. */
const codes: Partial<Record<ImportFault['fault'] | ComponentFault['fault'], ErrorCode>> = {
  'crosses-itself': 'area-crosses-itself',
  overlaps: 'area-overlaps',
  'outside-parent': 'area-outside',
  'unknown-town': 'unknown-town',
  'unknown-unit': 'unknown-unit',
  'outside-district': 'outside-district'
}

function refuse (faults: ReadonlyArray<ImportFault | ComponentFault>): void {
  const [first] = faults
  if (first) {
    const { fault, id, validFrom, other } = first
    throw new DomainError(codes[fault] ?? 'invalid-input', 'this file of places cannot be taken as it is',
      { guard: fault, id, validFrom, other, faults: faults.length })
  }
}

/** Before anything is read: what it says stands until the command is over. */
async function begin (tx: Tx, actor: Actor): Promise<void> {
  if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator changes the places')
  await lockPlaces(tx)
}

async function planOfAreas ({ today }: Context, tx: Tx, actor: Actor, { from, areas }: AreaFile): Promise<ImportPlan> {
  await begin(tx, actor)
  const [standing, units] = await Promise.all([allAreas(tx), unitKinds(tx)])
  const drawn = areas.map(({ geometry, ...facts }): Area => ({ ...facts, outline: outlineOf(shapeOf(geometry, from)) }))
  const towns = new Set([...units].filter(([, kind]) => kind === 'town').map(([id]) => id))
  return importAreas(standing, withTowns(drawn, standing), { towns, today: today() })
}

/** What lies in a town has its parent's town; the file's own rows go before those that stand. */
function withTowns (areas: readonly Area[], standing: readonly Area[]): Area[] {
  const above = new Map([...standing, ...areas].map(area => [area.id, area]))
  const townOf = (area: Area | undefined, deep = 0): string | null =>
    area === undefined || deep > 4 ? null : area.level === 'town' ? area.townId : townOf(above.get(area.parentId ?? ''), deep + 1)
  return areas.map(area => ({ ...area, townId: area.level === 'district' ? null : townOf(area) }))
}

async function planOfComponents (_context: Context, tx: Tx, actor: Actor, { from, components }: ComponentFile): Promise<ComponentPlan> {
  await begin(tx, actor)
  const [standing, areas, units] = await Promise.all([allComponents(tx), allAreas(tx), unitKinds(tx)])
  const index = areaIndex(areas)
  const placed = components.map(component => {
    const [longitude, latitude] = toWgs84([component.longitude, component.latitude], from)
    return { ...component, longitude, latitude }
  })
  return importComponents(standing, placed, {
    units: new Set(units.keys()),
    outside: ({ longitude, latitude, validFrom }) => areasAt(index, [longitude, latitude], validFrom).where === 'outside'
  })
}

const outcome = <F>({ saved, ended, known, faults }: { saved: unknown[], ended: unknown[], known: number, faults: F[] }): Outcome<F> =>
  ({ saved: saved.length, ended: ended.length, known, faults })

async function checkAreas (context: Context, tx: Tx, actor: Actor, file: AreaFile): Promise<Outcome<ImportFault>> {
  return outcome(await planOfAreas(context, tx, actor, file))
}

async function putAreas (context: Context, tx: Tx, actor: Actor, file: AreaFile): Promise<Outcome<ImportFault>> {
  const plan = await planOfAreas(context, tx, actor, file)
  refuse(plan.faults)
  const rows = [...plan.ended, ...plan.saved]
  if (rows.length > 0) saveAreas(tx, rows, await areasRevision(tx) + 1)
  context.places.forget(tx)
  return outcome(plan)
}

async function checkComponents (context: Context, tx: Tx, actor: Actor, file: ComponentFile): Promise<Outcome<ComponentFault>> {
  return outcome(await planOfComponents(context, tx, actor, file))
}

async function putComponents (context: Context, tx: Tx, actor: Actor, file: ComponentFile): Promise<Outcome<ComponentFault>> {
  const plan = await planOfComponents(context, tx, actor, file)
  refuse(plan.faults)
  const rows = [...plan.ended, ...plan.saved]
  if (rows.length > 0) saveComponents(tx, rows, await componentsRevision(tx) + 1)
  context.places.forget(tx)
  return outcome(plan)
}

export const createPlaceChanges = (context: Context): PlaceChanges =>
  bind(context, { checkAreas, putAreas, checkComponents, putComponents })
