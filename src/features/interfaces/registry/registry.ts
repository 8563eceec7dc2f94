import type { Database, Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import { pick } from '../../../domain/properties.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Source } from '../incoming/silence.ts'
import { allEndpoints, type ListedEndpoint } from './endpoint-store.ts'
import {
  allInterfaces, insertInterface, lockInterface, updateInterface, type InterfaceFields, type InterfaceRow
} from './registry-store.ts'
import { healthOf, type Health } from './rules/health-of.ts'

export interface RegistryOptions {
  db: Database
  clock: Clock
  /** @throws DomainError `unknown-unit` */
  unit: (id: string) => Promise<unknown>
  /** what comes in, by which interface */
  sources: () => Promise<Source[]>
}

/** An interface with its endpoints, and how it does. */
export interface Interface extends InterfaceRow {
  endpoints: ListedEndpoint[]
  health: Health
  /** null: it receives nothing */
  source: Source | null
}

/** The registry of interfaces (数据接口). */
export type Registry = ReturnType<typeof createRegistry>

export const createRegistry = (options: RegistryOptions) => bind(options, { list, add, change, take })

/** Tries of the last day count into the error rate, ms. */
const dayMs = 86_400_000

const fieldNames: Record<keyof InterfaceFields, true> = {
  name: true,
  nameEn: true,
  ownerUnitId: true,
  contact: true,
  direction: true,
  lawBasis: true,
  cycle: true,
  schemaVersion: true,
  shareType: true
}

async function list ({ db, clock, sources }: RegistryOptions): Promise<Interface[]> {
  const now = clock.now()
  const since = new Date(now.getTime() - dayMs)
  const [interfaces, endpoints, received] = await Promise.all([allInterfaces(db), allEndpoints(db, since), sources()])
  const bySource = new Map(received.map(source => [source.interfaceId, source]))
  const byInterface = Map.groupBy(endpoints, e => e.interfaceId)
  return interfaces.map(row => {
    const own = byInterface.get(row.id) ?? []
    return { ...row, endpoints: own, health: healthOf(own, now), source: bySource.get(row.id) ?? null }
  })
}

const taken = (): DomainError => new DomainError('interface-taken', 'there is an interface of this name', { field: 'name' })

/** @throws DomainError `unknown-unit`, `interface-taken` */
async function add ({ clock, unit }: RegistryOptions, tx: Tx, actor: Actor, fields: InterfaceFields): Promise<{ id: string }> {
  await unit(fields.ownerUnitId)
  const id = newId()
  if (!await insertInterface(tx, id, fields, actor.id, clock.now())) throw taken()
  return { id }
}

/**
 * @param input the fields that change, and the version that was seen
 * @throws DomainError `not-found`, `version-conflict`, `unknown-unit`, `interface-taken`
 */
async function change (
  { clock, unit }: RegistryOptions, tx: Tx, actor: Actor, id: string, { version, ...input }: Partial<InterfaceFields> & { version: number }
): Promise<{ id: string }> {
  const row = await lockInterface(tx, id)
  if (!row) throw new DomainError('not-found', 'there is no such interface')
  if (row.version !== version) {
    throw new DomainError('version-conflict', 'somebody else has changed this interface since', { version: row.version })
  }
  const next = { ...row, ...pick(input, fieldNames) }
  if (next.ownerUnitId !== row.ownerUnitId) await unit(next.ownerUnitId)
  if (!await updateInterface(tx, id, next, actor.id, clock.now())) throw taken()
  return { id }
}

/**
 * A list as another office keeps it: each row is added under its name; a name that stands is left as it is.
 * @throws DomainError `unknown-unit`; then nothing is taken
 */
async function take (
  { clock, unit }: RegistryOptions, tx: Tx, actor: Actor, rows: readonly InterfaceFields[]
): Promise<{ added: number, known: number }> {
  for (const id of new Set(rows.map(row => row.ownerUnitId))) await unit(id)
  let added = 0
  for (const row of rows) if (await insertInterface(tx, newId(), row, actor.id, clock.now())) added++
  return { added, known: rows.length - added }
}
