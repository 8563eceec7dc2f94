import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { TextRows } from '../db/text-rows.ts'
import type { PlanOfFile } from '../features/emergency/plan-load.ts'
import type { ArticleOfFile } from '../features/knowledge/knowledge-load.ts'

/** The folder of the sample district (样例): invented people and numbers, real road and town names. */
export const sampleFolder = join(import.meta.dirname, 'sample')

/** A person of the sample who may sign in. */
export interface SampleAccount {
  login: string
  displayName: string
  roles: string[]
  unitId: string | null
  personId: string | null
  extension: string | null
}

/** One sample order: `day` 1 is the first day of the sample week, `time` the local hour; `reach` its state. */
export interface SampleOrder {
  id: string
  day: number
  time: string
  channel: string
  requestType: string
  category: string
  title: string
  description: string
  place: string
  town: string | null
  units: string[]
  /** the units work one after another, not side by side */
  sequence: boolean
  basis: string
  urgency: string
  confidential: boolean
  anonymous: boolean
  complainant: string | null
  number: string | null
  sourceNumber: string | null
  reach: string
}

/** One sample call; without an agent the citizen gave up waiting. */
export interface SampleCall {
  id: string
  day: number
  time: string
  /** null: withheld */
  number: string | null
  agent: string | null
  waitedSeconds: number
  talkedSeconds: number
  /** sample order it was about */
  order: string | null
  disposition: string | null
}

/** A district's folder, read. The sample's articles are valid from its first day by default. */
export interface District {
  units: TextRows
  categories: TextRows
  people: TextRows
  placeNames: TextRows
  serviceLines: TextRows
  workingDays: TextRows
  accounts: SampleAccount[]
  plans: PlanOfFile[]
  orders: SampleOrder[]
  calls: SampleCall[]
  articles: ArticleOfFile[]
}

function table (folder: string, file: string): TextRows {
  const rows = parse(readFileSync(join(folder, file), 'utf8'),
    { columns: true, bom: true, skip_empty_lines: true }) as Array<Record<string, string>>
  return rows.map(row => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell === '' ? null : cell])))
}

const json = <T> (folder: string, file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T

/** Reads a district's folder. Another district is another folder of the same files. */
export function readDistrict (folder: string = sampleFolder): District {
  return {
    units: table(folder, 'units.csv'),
    categories: table(folder, 'categories.csv'),
    people: table(folder, 'people.csv'),
    placeNames: table(folder, 'place-names.csv'),
    serviceLines: table(folder, 'service-lines.csv'),
    workingDays: table(folder, 'working-days.csv'),
    accounts: table(folder, 'accounts.csv').map(row => ({
      login: row.login ?? '',
      displayName: row.display_name ?? '',
      roles: (row.roles ?? '').split(';'),
      unitId: row.unit_id ?? null,
      personId: row.person_id ?? null,
      extension: row.extension ?? null
    })),
    plans: json(folder, 'plans.json'),
    orders: json(folder, 'orders.json'),
    calls: json(folder, 'calls.json'),
    articles: json(folder, 'knowledge.json')
  }
}
