import type { paths } from '../../../api/api-types.d.ts'

export type NewRow = paths['/api/catalogue/rows']['post']['requestBody']['content']['application/json']['rows'][number]

/** The lines of a table as text, comma or tab between cells; a cell in quotation marks may have either, and line feeds. */
function cellsOf (text: string): string[][] {
  const lines: string[][] = [['']]
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const line = lines.at(-1) ?? []
    const sign = text[i] ?? ''
    const add = (more: string): void => { line[line.length - 1] += more }
    if (quoted && sign === '"' && text[i + 1] === '"') { add('"'); i++ } else if (sign === '"') quoted = !quoted
    else if (quoted) add(sign)
    else if (sign === ',' || sign === '\t') line.push('')
    else if (sign === '\n') lines.push([''])
    else if (sign !== '\r') add(sign)
  }
  return lines.map(line => line.map(cell => cell.trim())).filter(line => line.some(cell => cell !== ''))
}

/** A column's name as the service has it, and as a city writes it. */
const columns = {
  categoryCode: ['categoryCode', '小类'],
  validFrom: ['validFrom', '生效'],
  validTo: ['validTo', '失效'],
  townId: ['townId', '街镇'],
  place: ['place', '地点'],
  object: ['object', '事项'],
  backstop: ['backstop', '托底'],
  lead: ['lead', '主办方式'],
  leadUnit: ['leadUnit', '主办'],
  componentKind: ['componentKind', '部件'],
  coUnits: ['coUnits', '协办'],
  basisKind: ['basisKind', '依据种类'],
  basisText: ['basisText', '依据']
} as const
type Column = keyof typeof columns

/** Words of a city's table for the service's own. */
export interface FileWords {
  leads: Readonly<Record<string, string>>
  bases: Readonly<Record<string, string>>
  unitId: (named: string) => string
}

/**
 * The rows of a table (CSV, or copied from a sheet) with a head; null without the head, or with a line of another length, as merged cells
 * leave one. Whether the rest is right, the service says.
 */
export function readCatalogueFile (text: string, { leads, bases, unitId }: FileWords): NewRow[] | null {
  const [head = [], ...lines] = cellsOf(text.replace(/^\uFEFF/, ''))
  const at = (column: Column): number => head.findIndex(name => (columns[column] as readonly string[]).includes(name))
  const needed: Column[] = ['categoryCode', 'validFrom', 'basisKind', 'basisText']
  if (needed.some(column => at(column) < 0) || lines.some(line => line.length !== head.length)) return null
  return lines.map(line => {
    const cell = (column: Column): string => line[at(column)] ?? ''
    const orNull = (column: Column): string | null => cell(column) === '' ? null : cell(column)
    const [unit, town, thing] = [orNull('leadUnit'), orNull('townId'), orNull('componentKind')]
    const lead = leads[cell('lead')] ?? (thing !== null ? 'owner' : unit === null ? 'town' : 'unit')
    return {
      categoryCode: cell('categoryCode'),
      validFrom: cell('validFrom'),
      validTo: orNull('validTo'),
      townId: town === null ? null : unitId(town),
      place: orNull('place'),
      object: orNull('object'),
      backstop: ['true', '是', '1'].includes(cell('backstop')),
      lead: lead as NewRow['lead'],
      leadUnit: unit === null ? null : unitId(unit),
      componentKind: thing,
      coUnits: cell('coUnits').split(/[;；、\s]+/).filter(Boolean).map(unitId),
      basisKind: (bases[cell('basisKind')] ?? cell('basisKind')) as NewRow['basisKind'],
      basisText: cell('basisText')
    }
  })
}
