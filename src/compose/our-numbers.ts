import type { Config } from '../config.ts'
import type { Queryable } from '../db/database.ts'
import type { OurNumbers } from '../dialler/rules/dial-permission.ts'
import { callerNumber } from '../domain/phone-number.ts'
import type { PbxIncludes } from '../pbx/includes.ts'

// The sample plan never reaches a real emergency centre: its simulator answers at these numbers.
const sampleCentres: PbxIncludes['centres'] = { 110: '50009110', 119: '50009119', 120: '50009120', 122: '50009122' }

/** What the centres are reached at: as configured, and while sample people are loaded at the simulator. */
export async function centresOf (q: Queryable, config: Pick<Config, 'centres'>): Promise<PbxIncludes['centres']> {
  const [sample] = await q.query('select 1 from person where sample limit 1')
  return { ...(sample ? sampleCentres : {}), ...config.centres }
}

/** The numbers the dial permission asks about; spelled anew only when one of them has changed. */
export function createOurNumbers (config: Pick<Config, 'centres' | 'hotlineNumber' | 'emergencyDutyNumber' | 'trunk'>): (q: Queryable) => Promise<OurNumbers> {
  const spelled = (numbers: readonly string[]): Set<string> => new Set(numbers.flatMap(n => callerNumber(n) ?? []))
  let known = ''
  let ours: OurNumbers = { centres: new Set(), lines: new Set() }
  return async q => {
    const [row] = await q.query<{ lines: string[], sample: boolean }>(
      'select array(select did from service_line order by did) as lines, exists (select 1 from person where sample) as sample')
    const centres = Object.values({ ...(row?.sample ? sampleCentres : {}), ...config.centres })
    const lines = [...row?.lines ?? [], config.hotlineNumber, config.emergencyDutyNumber, config.trunk.callerId]
    const now = JSON.stringify([centres, lines])
    if (now !== known) ours = { centres: spelled(centres), lines: spelled(lines) }
    known = now
    return ours
  }
}
