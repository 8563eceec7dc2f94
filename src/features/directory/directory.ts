import { DateTime } from 'luxon'
import type { Database, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Category, Day, Person, PlaceName, ServiceLine, Snapshot, Unit } from './directory-types.ts'
import { DomainError } from '../../domain/errors.ts'
import { keptFor, type Kept } from '../../domain/kept.ts'
import { readerUnit as unitOfReader, type ReaderUnit } from '../../domain/people/reader-unit.ts'
import { unitTree, type UnitTree } from '../../domain/people/unit-tree.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { validOn } from '../../domain/time/valid-on.ts'
import { loadSnapshot } from './directory-store.ts'
import { categoryScore } from './rules/category-search.ts'
import { townOfPlace } from './rules/town-of-place.ts'
import { createPlaceNames, type PlaceNames } from './place-names.ts'
import type { Address } from './rules/addresses.ts'

/** The district's units, categories, people and numbers, as they stand on a day. */
export interface Directory {
  /** today in the service's time zone */
  today: () => Day
  units: (filter?: { kind?: Unit['kind'], parentId?: string, day?: Day }) => Promise<Unit[]>
  /** @throws DomainError `unknown-unit` when there is none on that day */
  unit: (id: string, day?: Day) => Promise<Unit>
  /** Every unit with its place; those of today stand. */
  tree: () => Promise<UnitTree>
  /** A reader's unit, ended or not. */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
  categories: (day?: Day) => Promise<Category[]>
  /** @throws DomainError `unknown-category` when there is none on that day */
  category: (code: string, day?: Day) => Promise<Category>
  /** Best first; an agent's typed words. */
  searchCategories: (typed: string, limit?: number, day?: Day) => Promise<Category[]>
  people: (filter?: { unitId?: string, day?: Day }) => Promise<Person[]>
  /** @throws DomainError `unknown-person` when there is none on that day */
  person: (id: string, day?: Day) => Promise<Person>
  /** The telephones of a person who is here today, in the order in which they are tried; none for anybody else. */
  numbersOf: (personId: string) => Promise<PhoneNumber[]>
  /** The person responsible for a unit's orders (责任人), or null when nobody is named. */
  responsibleOf: (unitId: string, day?: Day) => Promise<Person | null>
  /** The person's deputy on that day, or null. */
  deputyOf: (personId: string, day?: Day) => Promise<Person | null>
  /** The town a place text names, or null when it names none or several. */
  guessTown: (place: string, day?: Day) => Promise<Unit | null>
  serviceLines: () => Promise<ServiceLine[]>
  placeNames: () => Promise<readonly PlaceName[]>
  /** Places that what is typed may mean, best first; in towns that stand on that day. */
  addresses: (typed: string, day?: Day) => Promise<Address[]>
  /** The next read sees what has just been written. */
  forget: (tx: Tx) => void
}

export interface DirectoryOptions {
  db: Database
  clock: Clock
  /** IANA name, `Asia/Shanghai` */
  timeZone: string
  /** longest delay until a change made by another process is seen, ms */
  cacheMs?: number
}

interface Context {
  today: () => Day
  names: PlaceNames
  snapshot: Kept<Snapshot>['get']
  /** the rows that stand on a day; the last answer for the same rows is kept */
  standing: Standing
  trees: WeakMap<readonly Unit[], UnitTree>
}

export function createDirectory ({ db, clock, timeZone, cacheMs = 5000 }: DirectoryOptions): Directory {
  // Measured on the machine's own monotonic clock: a clock set forward must not keep old rows.
  const { get: snapshot, forget } = keptFor(cacheMs, async () => await loadSnapshot(db))
  const today = localDay(clock, timeZone)
  const names = createPlaceNames(db, cacheMs)
  const context: Context = { today, names, snapshot, standing: standingRows(), trees: new WeakMap() }
  return {
    today,
    ...bind(context, { units, unit, tree, readerUnit, category, categories, searchCategories }),
    ...bind(context, { people, person, numbersOf, responsibleOf, deputyOf, guessTown, addresses }),
    serviceLines: async () => (await snapshot()).serviceLines,
    placeNames: names.all,
    forget: tx => { tx.afterCommit(() => { forget(); names.forget() }) }
  }
}

/** Asked several times for every order: cached per local day. */
function localDay (clock: Clock, timeZone: string): () => Day {
  let known = { from: 0, until: 0, day: '' as Day }
  return () => {
    const now = clock.now().getTime()
    if (now < known.from || now >= known.until) {
      const start = DateTime.fromMillis(now, { zone: timeZone }).startOf('day')
      known = { from: start.toMillis(), until: start.plus({ days: 1 }).toMillis(), day: start.toISODate() ?? '' }
    }
    return known.day
  }
}

type Standing = <T extends { validFrom: Day, validTo: Day | null }> (rows: readonly T[], day: Day) => readonly T[]

function standingRows (): Standing {
  const stood = new WeakMap<readonly object[], { day: Day, rows: readonly object[] }>()
  return <T extends { validFrom: Day, validTo: Day | null }> (rows: readonly T[], day: Day): readonly T[] => {
    const last = stood.get(rows)
    if (last?.day === day) return last.rows as readonly T[]
    const found = rows.filter(row => validOn(row, day))
    stood.set(rows, { day, rows: found })
    return found
  }
}

async function units (
  context: Context, { kind, parentId, day = context.today() }: { kind?: Unit['kind'], parentId?: string, day?: Day } = {}
): Promise<Unit[]> {
  const all = context.standing((await context.snapshot()).units, day)
  return all.filter(u => (kind === undefined || u.kind === kind) && (parentId === undefined || u.parentId === parentId))
}

async function unit (context: Context, id: string, day = context.today()): Promise<Unit> {
  const found = context.standing((await context.snapshot()).units, day).find(u => u.id === id)
  if (!found) throw new DomainError('unknown-unit', 'there is no such unit on that day', { unit: id, day })
  return found
}

async function tree ({ snapshot, standing, today, trees }: Context): Promise<UnitTree> {
  const { units } = await snapshot()
  const ofToday = standing(units, today())
  const made = trees.get(ofToday) ?? unitTree(units, ofToday)
  trees.set(ofToday, made)
  return made
}

async function readerUnit (context: Context, unitId: string | null): Promise<ReaderUnit> {
  return unitOfReader(await tree(context), unitId)
}

async function categories (context: Context, day = context.today()): Promise<Category[]> {
  return [...context.standing((await context.snapshot()).categories, day)]
}

async function category (context: Context, code: string, day = context.today()): Promise<Category> {
  const found = context.standing((await context.snapshot()).categories, day).find(c => c.code === code)
  if (!found) throw new DomainError('unknown-category', 'there is no such category on that day', { category: code, day })
  return found
}

async function searchCategories (context: Context, typed: string, limit = 10, day = context.today()): Promise<Category[]> {
  const standing = context.standing((await context.snapshot()).categories, day)
  const scored = standing.map(category => ({ category, score: categoryScore(category, typed) }))
  return scored.filter(s => s.score > 0)
    .sort((a, b) => b.score - a.score || a.category.code.localeCompare(b.category.code))
    .slice(0, limit).map(s => s.category)
}

async function people (context: Context, { unitId, day = context.today() }: { unitId?: string, day?: Day } = {}): Promise<Person[]> {
  return context.standing((await context.snapshot()).people, day).filter(p => unitId === undefined || p.unitId === unitId)
}

async function person (context: Context, id: string, day = context.today()): Promise<Person> {
  const found = context.standing((await context.snapshot()).people, day).find(p => p.id === id)
  if (!found) throw new DomainError('unknown-person', 'there is no such person on that day', { person: id, day })
  return found
}

async function numbersOf (context: Context, personId: string): Promise<PhoneNumber[]> {
  const person = context.standing((await context.snapshot()).people, context.today()).find(p => p.id === personId)
  return [person?.mobile, person?.office].filter(n => n !== null && n !== undefined)
}

async function responsibleOf (context: Context, unitId: string, day = context.today()): Promise<Person | null> {
  return context.standing((await context.snapshot()).people, day).find(p => p.unitId === unitId && p.responsible) ?? null
}

async function deputyOf (context: Context, personId: string, day = context.today()): Promise<Person | null> {
  const people = context.standing((await context.snapshot()).people, day)
  const deputyId = people.find(p => p.id === personId)?.deputyId
  return people.find(p => p.id === deputyId) ?? null
}

async function guessTown (context: Context, place: string, day = context.today()): Promise<Unit | null> {
  const [{ units }, placeNames] = await Promise.all([context.snapshot(), context.names.all()])
  const towns = context.standing(units, day).filter(u => u.kind === 'town')
  const id = townOfPlace(place, towns, placeNames.filter(p => towns.some(t => t.id === p.townId)))
  return towns.find(t => t.id === id) ?? null
}

async function addresses (context: Context, typed: string, day = context.today()): Promise<Address[]> {
  const { units } = await context.snapshot()
  return await context.names.find(typed, context.standing(units, day).filter(u => u.kind === 'town'))
}
