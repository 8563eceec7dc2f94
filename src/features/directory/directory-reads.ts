import type { Queryable } from '../../db/database.ts'
import type { OurNumbers } from '../../dialler/permission/rules/dial-permission.ts'
import { callerNumber } from '../../domain/telephone/phone-number.ts'

// What others ask of the directory's tables inside a transaction of theirs, or before there is a directory.

/** Whether invented people and their numbers are loaded; while they are, only a loopback trunk may be dialled. */
export async function sampleLoaded (q: Queryable): Promise<boolean> {
  const [row] = await q.query<{ loaded: boolean }>('select exists (select from person where sample) as loaded')
  return row?.loaded ?? false
}

/** What an old service line stands for; the PBX greets and files by it. */
export interface DialledLine { did: string, name: string, kind: 'hotline' | 'service' | 'duty' }

/** The numbers that lead here: the hotline itself, old service lines, the emergency duty. */
export const dialledLines = async (q: Queryable): Promise<DialledLine[]> =>
  await q.query<DialledLine>('select did, name, kind from service_line')

/** What an emergency centre is reached at, by its number. */
export type Centres = Partial<Record<'110' | '119' | '120' | '122', string>>

/** Numbers of the service that stand in its settings, and on its trunks. */
export interface OwnNumbers {
  centres: Centres
  hotlineNumber: string
  emergencyDutyNumber: string
  /** numbers shown to whom we call */
  callerIds: (q: Queryable) => Promise<readonly string[]>
}

// The sample plan never reaches a real emergency centre: its simulator answers at these numbers.
const sampleCentres: Centres = { 110: '50009110', 119: '50009119', 120: '50009120', 122: '50009122' }

/** What the centres are reached at: as configured, and while sample people are loaded at the simulator. */
export async function centresOf (q: Queryable, own: Pick<OwnNumbers, 'centres'>): Promise<Centres> {
  return { ...(await sampleLoaded(q) ? sampleCentres : {}), ...own.centres }
}

/** The numbers the dial permission asks about; normalised again only when one of them has changed. */
export function createOurNumbers (own: OwnNumbers): (q: Queryable) => Promise<OurNumbers> {
  const spelled = (numbers: readonly string[]): Set<string> => new Set(numbers.flatMap(n => callerNumber(n) ?? []))
  let known = ''
  let ours: OurNumbers = { centres: new Set(), lines: new Set() }
  return async q => {
    const [callerIds, [row]] = await Promise.all([own.callerIds(q), q.query<{ lines: string[], sample: boolean }>(
      'select array(select did from service_line order by did) as lines, exists (select 1 from person where sample) as sample')])
    const centres = Object.values({ ...(row?.sample ? sampleCentres : {}), ...own.centres })
    const lines = [...row?.lines ?? [], own.hotlineNumber, own.emergencyDutyNumber, ...callerIds]
    const now = JSON.stringify([centres, lines])
    if (now !== known) ours = { centres: spelled(centres), lines: spelled(lines) }
    known = now
    return ours
  }
}
