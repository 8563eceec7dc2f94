import type { Tx } from '../../db/database.ts'
import type { Category, Day, EnteredPerson, EnteredPlaceName, EnteredUnit, Person, PlaceName, Unit } from './directory-types.ts'
import type { Directory } from './directory.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import { toWgs84, type Datum } from '../../domain/place/coordinates.ts'
import { syllables } from '../../domain/text/spelling.ts'
import { says } from '../../domain/text/words.ts'
import { dayBefore } from '../../domain/time/day-before.ts'
import { validOn } from '../../domain/time/valid-on.ts'
import {
  findPerson, findUnit, lockDirectory, removeSpansAfter, saveCategory, savePerson, saveUnit,
  spansOfCategory, townIds
} from './directory-store.ts'
import { deletePlaceName, putPlaceNames } from './place-name-store.ts'
import { kindOfName, type FoundPlace } from './rules/addresses.ts'
import { checkDays, checkGovernment, checkName, spelled } from './rules/entered-rows.ts'

type CategoryChange = Partial<Omit<Category, 'code' | 'validFrom' | 'validTo'>>

/** What an administrator may change. Units, categories and people are never removed: they end on a day. */
export interface DirectoryCommands {
  /** @throws DomainError `already-done` when the id is taken, `unknown-unit` for the parent */
  addUnit: (tx: Tx, actor: Actor, unit: EnteredUnit) => Promise<Unit>
  /** @throws DomainError `has-orders` with their number, where the unit ends today or before; as `addUnit` otherwise */
  changeUnit: (tx: Tx, actor: Actor, id: string, change: Partial<Omit<EnteredUnit, 'id'>>) => Promise<Unit>
  /** @throws DomainError as `changeUnit` */
  endUnit: (tx: Tx, actor: Actor, id: string, lastDay: Day) => Promise<Unit>
  addCategory: (tx: Tx, actor: Actor, category: Category) => Promise<Category>
  /** The category as it was ends the day before `from`; orders filed until then keep what they were filed under. */
  changeCategory: (
    tx: Tx,
    actor: Actor,
    code: string,
    from: Day,
    change: CategoryChange
  ) => Promise<Category>
  /** What was entered for later days is withdrawn. */
  endCategory: (tx: Tx, actor: Actor, code: string, lastDay: Day) => Promise<Category>
  addPerson: (tx: Tx, actor: Actor, person: EnteredPerson) => Promise<Person>
  changePerson: (tx: Tx, actor: Actor, id: string, change: Partial<Omit<EnteredPerson, 'id'>>) => Promise<Person>
  endPerson: (tx: Tx, actor: Actor, id: string, lastDay: Day) => Promise<Person>
  /**
   * Returns how many were new, and how many have another place on the map. @throws DomainError `unknown-town`, `invalid-input` with the
   * place's line
   */
  addPlaceNames: (
    tx: Tx, actor: Actor, places: readonly EnteredPlaceName[], from?: Datum
  ) => Promise<{ added: number, moved: number, known: number }>
  /** @throws DomainError `not-found` */
  removePlaceName: (tx: Tx, actor: Actor, place: Pick<PlaceName, 'name' | 'townId'>) => Promise<void>
}

export interface CommandsContext {
  directory: Pick<Directory, 'forget' | 'today'>
  /** how many parts of orders a unit still has to do with */
  openParts: (tx: Tx, unitId: string) => Promise<number>
}

/** An end before today would leave orders given or filed since without an owner. @throws DomainError `invalid-input` */
function notAfterTheFact ({ directory }: CommandsContext, field: string, last: Day | null | undefined): void {
  if (last && last < dayBefore(directory.today())) {
    throw new DomainError('invalid-input', 'the last day is yesterday at the earliest', { field, guard: 'ends-too-early' })
  }
}

/** Before anything is read: what it says stands until the command is over. */
async function begin (tx: Tx, actor: Actor): Promise<void> {
  if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator changes the directory')
  await lockDirectory(tx)
}

async function existing (tx: Tx, id: string): Promise<Unit> {
  const unit = await findUnit(tx, id)
  if (!unit) throw new DomainError('unknown-unit', 'there is no such unit', { unit: id })
  return unit
}

/** A unit that is named anew has not ended; one named before stays. @throws DomainError `unknown-unit` */
async function named ({ directory }: CommandsContext, tx: Tx, id: string | null, before: string | null | undefined): Promise<void> {
  if (id === null) return
  const { validTo } = await existing(tx, id)
  if (id !== before && validTo !== null && validTo < directory.today()) {
    throw new DomainError('unknown-unit', 'this unit has ended', { unit: id, day: directory.today() })
  }
}

async function keepUnit (context: CommandsContext, tx: Tx, unit: EnteredUnit, before: Unit | null): Promise<Unit> {
  const checked = { ...unit, dutyNumber: spelled('dutyNumber', unit.dutyNumber) }
  checkName('name', unit, before)
  checkGovernment(unit)
  checkDays(checked)
  // A unit below itself would make every "and all below" endless.
  for (let above = checked.parentId, steps = 0; above !== null; steps++) {
    if (above === checked.id || steps > 10) {
      throw new DomainError('invalid-input', 'a unit cannot be below itself', { field: 'parentId', guard: 'below-itself' })
    }
    above = (await existing(tx, above)).parentId
  }
  await named(context, tx, checked.parentId, before?.parentId)
  saveUnit(tx, checked)
  context.directory.forget(tx)
  return checked
}

/**
 * A unit as it was entered anew. Its end is refused for today or yesterday while it has orders; an end on a later day is known in time.
 * @throws DomainError `has-orders` (details.parts), `invalid-input`
 */
async function keepChanged (context: CommandsContext, tx: Tx, before: Unit, unit: EnteredUnit): Promise<Unit> {
  const today = context.directory.today()
  if (unit.validFrom > today && unit.validFrom !== before.validFrom && validOn(before, today)) {
    throw new DomainError('invalid-input', 'a unit that stands has begun', { field: 'validFrom', guard: 'stands-already' })
  }
  const kept = await keepUnit(context, tx, unit, before)
  if (unit.validTo === null || unit.validTo > today || (before.validTo !== null && before.validTo <= unit.validTo)) return kept
  // Counted once the row is written: an order on its way to this unit holds the row until it is there.
  const parts = await context.openParts(tx, unit.id)
  if (parts > 0) throw new DomainError('has-orders', 'orders are with this unit', { unit: unit.id, parts })
  return kept
}

async function keepCategory (context: CommandsContext, tx: Tx, category: Category, before: Category | null): Promise<Category> {
  for (const field of ['className', 'name'] as const) checkName(field, category, before)
  checkDays(category)
  if (!/^\d{4}$/.test(category.code) || category.classCode !== category.code.slice(0, 2)) {
    throw new DomainError('invalid-input', 'a category code is its class\'s two digits and two of its own',
      { field: 'code', guard: 'category-code' })
  }
  await named(context, tx, category.leadUnitId, before?.leadUnitId)
  saveCategory(tx, category)
  context.directory.forget(tx)
  return category
}

async function standing (tx: Tx, code: string, on: Day): Promise<Category> {
  const found = (await spansOfCategory(tx, code)).find(c => validOn(c, on))
  if (!found) throw new DomainError('unknown-category', 'there is no such category on that day', { category: code, day: on })
  return found
}

async function keepPerson (context: CommandsContext, tx: Tx, person: EnteredPerson, before: Person | null): Promise<Person> {
  const checked = { ...person, mobile: spelled('mobile', person.mobile), office: spelled('office', person.office) }
  checkName('name', person, before)
  checkDays(checked)
  await named(context, tx, checked.unitId, before?.unitId)
  if (checked.deputyId === checked.id) {
    throw new DomainError('invalid-input', 'a person cannot be their own deputy', { field: 'deputyId', guard: 'own-deputy' })
  }
  if (checked.deputyId !== null) await existingPerson(tx, checked.deputyId)
  savePerson(tx, checked)
  context.directory.forget(tx)
  return checked
}

async function existingPerson (tx: Tx, id: string): Promise<Person> {
  const person = await findPerson(tx, id)
  if (!person) throw new DomainError('unknown-person', 'there is no such person', { person: id })
  return person
}

async function addUnit (context: CommandsContext, tx: Tx, actor: Actor, unit: EnteredUnit): Promise<Unit> {
  await begin(tx, actor)
  if (await findUnit(tx, unit.id)) {
    throw new DomainError('already-done', 'a unit with this id exists', { guard: 'id-taken', unit: unit.id })
  }
  return await keepUnit(context, tx, unit, null)
}

async function changeUnit (
  context: CommandsContext, tx: Tx, actor: Actor, id: string, change: Partial<Omit<EnteredUnit, 'id'>>
): Promise<Unit> {
  await begin(tx, actor)
  const unit = await existing(tx, id)
  if (change.validTo !== unit.validTo) notAfterTheFact(context, 'validTo', change.validTo)
  return await keepChanged(context, tx, unit, { ...unit, ...change, id })
}

async function endUnit (context: CommandsContext, tx: Tx, actor: Actor, id: string, lastDay: Day): Promise<Unit> {
  await begin(tx, actor)
  notAfterTheFact(context, 'lastDay', lastDay)
  const unit = await existing(tx, id)
  return await keepChanged(context, tx, unit, { ...unit, validTo: lastDay })
}

async function addCategory (context: CommandsContext, tx: Tx, actor: Actor, category: Category): Promise<Category> {
  await begin(tx, actor)
  const spans = await spansOfCategory(tx, category.code)
  if (spans.some(s => s.validTo === null || s.validTo >= category.validFrom)) {
    throw new DomainError('already-done', 'a category with this code exists on these days',
      { guard: 'category-taken', category: category.code })
  }
  return await keepCategory(context, tx, category, null)
}

async function changeCategory (
  context: CommandsContext, tx: Tx, actor: Actor, code: string, from: Day, change: CategoryChange
): Promise<Category> {
  await begin(tx, actor)
  checkDays({ validFrom: from, validTo: null })
  notAfterTheFact(context, 'from', dayBefore(from))
  const before = await standing(tx, code, from)
  // Changed again on the very day it began: there is no day on which the earlier text stood.
  if (before.validFrom !== from) saveCategory(tx, { ...before, validTo: dayBefore(from) })
  return await keepCategory(context, tx, { ...before, ...change, code, validFrom: from }, before)
}

async function endCategory (context: CommandsContext, tx: Tx, actor: Actor, code: string, lastDay: Day): Promise<Category> {
  await begin(tx, actor)
  notAfterTheFact(context, 'lastDay', lastDay)
  const last = await standing(tx, code, lastDay)
  // A change that was entered for later would bring it back.
  removeSpansAfter(tx, code, lastDay)
  return await keepCategory(context, tx, { ...last, validTo: lastDay }, last)
}

async function addPerson (context: CommandsContext, tx: Tx, actor: Actor, person: EnteredPerson): Promise<Person> {
  await begin(tx, actor)
  if (await findPerson(tx, person.id)) {
    throw new DomainError('already-done', 'a person with this id exists', { guard: 'id-taken', person: person.id })
  }
  return await keepPerson(context, tx, person, null)
}

async function changePerson (
  context: CommandsContext, tx: Tx, actor: Actor, id: string, change: Partial<Omit<EnteredPerson, 'id'>>
): Promise<Person> {
  await begin(tx, actor)
  const before = await existingPerson(tx, id)
  return await keepPerson(context, tx, { ...before, ...change, id }, before)
}

async function endPerson (context: CommandsContext, tx: Tx, actor: Actor, id: string, lastDay: Day): Promise<Person> {
  await begin(tx, actor)
  const before = await existingPerson(tx, id)
  return await keepPerson(context, tx, { ...before, validTo: lastDay }, before)
}

async function addPlaceNames (
  { directory }: CommandsContext,
  tx: Tx,
  actor: Actor,
  places: readonly EnteredPlaceName[],
  from: Datum = 'wgs84'
): Promise<{ added: number, moved: number, known: number }> {
  await begin(tx, actor)
  const towns = await townIds(tx)
  const line = places.findIndex(p => !towns.has(p.townId))
  if (line >= 0) throw new DomainError('unknown-town', 'there is no such town', { line: line + 1, town: places[line]?.townId })
  const blank = places.findIndex(p => !says(p.name))
  if (blank >= 0) throw new DomainError('invalid-input', 'the name of a place is required', { line: blank + 1 })
  const half = places.findIndex(p => (p.longitude === undefined) !== (p.latitude === undefined))
  if (half >= 0) throw new DomainError('invalid-input', 'longitude and latitude are given together', { line: half + 1 })
  const { added, moved } = await putPlaceNames(tx, places.map(p => foundPlace(p, from)))
  directory.forget(tx)
  return { added, moved, known: places.length - added - moved }
}

function foundPlace ({ name: typed, townId, kind, longitude, latitude }: EnteredPlaceName, from: Datum): FoundPlace {
  const name = typed.trim()
  const position = longitude === undefined || latitude === undefined ? null : toWgs84([longitude, latitude], from)
  const [east, north] = position ?? [null, null]
  return { name, townId, kind: kind ?? kindOfName(name), longitude: east, latitude: north, pinyin: syllables(name).join(' ') }
}

async function removePlaceName (
  { directory }: CommandsContext, tx: Tx, actor: Actor, place: Pick<PlaceName, 'name' | 'townId'>
): Promise<void> {
  await begin(tx, actor)
  if (!await deletePlaceName(tx, place)) throw new DomainError('not-found', 'there is no such place name')
  directory.forget(tx)
}

export function createDirectoryCommands (context: CommandsContext): DirectoryCommands {
  return bind(context, {
    addUnit,
    changeUnit,
    endUnit,
    addCategory,
    changeCategory,
    endCategory,
    addPerson,
    changePerson,
    endPerson,
    addPlaceNames,
    removePlaceName
  })
}
