import { enterMissingYears } from '../calendar/calendar.ts'
import type { Tx } from '../db/database.ts'
import {
  loadCategories, loadPeople, loadPlaceNames, loadServiceLines, loadUnits
} from '../features/directory/directory-load.ts'
import { loadCatalogue } from '../features/catalogue/catalogue-load.ts'
import { loadPlans } from '../features/emergency/plan-load.ts'
import { loadInterfaces } from '../features/interfaces/registry/registry-load.ts'
import { loadArticles } from '../features/knowledge/knowledge-load.ts'
import { loadAreas } from '../features/places/places-load.ts'
import type { District } from './read-district.ts'

/** The Centre alone: what a district needs before its own units are entered. */
export async function loadCentre (tx: Tx, district: District): Promise<void> {
  await loadUnits(tx, district.units.filter(row => row.kind === 'centre'))
  await loadServiceLines(tx, district.serviceLines.filter(row => row.kind !== 'service'))
}

/** Units, categories, people, old lines, place names, the catalogue, days off, plans, articles, interfaces; may run again and again. */
export async function loadDistrict (tx: Tx, district: District): Promise<void> {
  await loadUnits(tx, district.units)
  await loadCategories(tx, district.categories)
  await loadPeople(tx, district.people)
  await loadServiceLines(tx, district.serviceLines)
  await loadPlaceNames(tx, district.placeNames)
  await loadAreas(tx, district.areas)
  await loadCatalogue(tx, district.catalogue)
  await enterMissingYears(tx,
    district.workingDays.map(({ day, working, name }) => ({ day: day ?? '', working: working === 'true', name: name ?? '' })), new Date())
  await loadPlans(tx, district.plans)
  await loadArticles(tx, district.articles)
  await loadInterfaces(tx, district.interfaces)
}
