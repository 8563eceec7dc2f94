import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import Type, { type Static, type TSchema } from 'typebox'
import type { TextRows } from '../db/text-rows.ts'
import { readJson } from '../domain/text/json-text.ts'
import { bases, channelPattern, orderStates, requestTypes, urgencies } from '../domain/work-order.ts'
import { PlanOfFileSchema, type PlanOfFile } from '../features/emergency/plan-load.ts'
import { AreasOfFileSchema, type AreasOfFile } from '../features/places/places-load.ts'
import { ArticleOfFileSchema, type ArticleOfFile } from '../features/knowledge/knowledge-load.ts'

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

const OrNone = Type.Union([Type.String(), Type.Null()])
const Time = Type.String({ pattern: '^\\d{2}:\\d{2}(:\\d{2})?$' })

/** One sample order: `day` 1 is the first day of the sample week, `time` the local hour; `reach` its state. */
const SampleOrderSchema = Type.Object({
  id: Type.String(),
  day: Type.Integer(),
  time: Time,
  channel: Type.String({ pattern: channelPattern }),
  requestType: Type.Enum(requestTypes),
  category: Type.String(),
  title: Type.String(),
  description: Type.String(),
  /** 派单内容, where a unit that is not government has a part */
  unitText: Type.Optional(Type.String()),
  place: Type.String(),
  town: OrNone,
  units: Type.Array(Type.String()),
  /** the units work one after another, not side by side */
  sequence: Type.Boolean(),
  basis: Type.Enum(bases),
  urgency: Type.Enum(urgencies),
  confidential: Type.Boolean(),
  anonymous: Type.Boolean(),
  complainant: OrNone,
  number: OrNone,
  sourceNumber: OrNone,
  reach: Type.Enum(orderStates)
})
export type SampleOrder = Static<typeof SampleOrderSchema>

/** One sample call; without an agent the citizen gave up waiting. */
const SampleCallSchema = Type.Object({
  id: Type.String(),
  day: Type.Integer(),
  time: Time,
  /** null: withheld */
  number: OrNone,
  agent: OrNone,
  waitedSeconds: Type.Number(),
  talkedSeconds: Type.Number(),
  /** sample order it was about */
  order: OrNone,
  disposition: OrNone
})
export type SampleCall = Static<typeof SampleCallSchema>

/** A district's folder, read and checked. The sample's articles are valid from its first day by default. */
export interface District {
  units: TextRows
  categories: TextRows
  people: TextRows
  placeNames: TextRows
  serviceLines: TextRows
  workingDays: TextRows
  interfaces: TextRows
  catalogue: TextRows
  accounts: SampleAccount[]
  plans: PlanOfFile[]
  orders: SampleOrder[]
  calls: SampleCall[]
  articles: ArticleOfFile[]
  /** a sketch; `draw-sample-areas.ts` draws it */
  areas: AreasOfFile
}

function table (folder: string, file: string): TextRows {
  const rows = parse(readFileSync(join(folder, file), 'utf8'),
    { columns: true, bom: true, skip_empty_lines: true }) as Array<Record<string, string>>
  return rows.map(row => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell === '' ? null : cell])))
}

function list<T extends TSchema> (folder: string, file: string, item: T): Array<Static<T>> {
  const path = join(folder, file)
  return readJson(readFileSync(path, 'utf8'), Type.Array(item), path)
}

/** Reads a district's folder. Another district is another folder of the same files. */
export function readDistrict (folder: string = sampleFolder): District {
  return {
    units: table(folder, 'units.csv'),
    categories: table(folder, 'categories.csv'),
    people: table(folder, 'people.csv'),
    placeNames: table(folder, 'place-names.csv'),
    serviceLines: table(folder, 'service-lines.csv'),
    workingDays: table(folder, 'working-days.csv'),
    interfaces: table(folder, 'interfaces.csv'),
    catalogue: table(folder, 'catalogue.csv'),
    accounts: table(folder, 'accounts.csv').map(row => ({
      login: row.login ?? '',
      displayName: row.display_name ?? '',
      roles: (row.roles ?? '').split(';'),
      unitId: row.unit_id ?? null,
      personId: row.person_id ?? null,
      extension: row.extension ?? null
    })),
    plans: list(folder, 'plans.json', PlanOfFileSchema),
    orders: list(folder, 'orders.json', SampleOrderSchema),
    calls: list(folder, 'calls.json', SampleCallSchema),
    articles: list(folder, 'knowledge.json', ArticleOfFileSchema),
    areas: readJson(readFileSync(join(folder, 'areas.json'), 'utf8'), AreasOfFileSchema, join(folder, 'areas.json'))
  }
}
