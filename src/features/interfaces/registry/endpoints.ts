import type { Database, Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import { isNetwork, isTooWide } from '../../../domain/ip-networks.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Resolve } from '../outgoing/resolve.ts'
import type { OrderEvent } from '../outgoing/rules/event-of.ts'
import { hostOf, mayReach, peerUrl } from '../outgoing/rules/may-reach.ts'
import { insertEndpoint, lockEndpoint, peerOf, saveSecrets, updateEndpoint, type EndpointRow, type Peer } from './endpoint-store.ts'
import { lockInterface } from './registry-store.ts'
import { rotated } from './rules/secrets.ts'
import { freshSecret, openSecrets, sealSecrets } from './sealed-secrets.ts'

export interface EndpointsOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  resolve: Resolve
  /** what is told to whom is read again */
  changed: () => void
}

export interface EndpointFields { url: string, kinds: OrderEvent[], allowNetworks: string[] }

/** Where events are sent, and what signs them. */
export type Endpoints = ReturnType<typeof createEndpoints>

export const createEndpoints = (options: EndpointsOptions) => bind(options, { mayBeReached, add, change, newSecret })

const unfit = (field: string, why: string): DomainError => new DomainError('invalid-input', why, { field })

/**
 * Asked before the transaction: it waits for the network's names. A name that is not known now passes; each try asks again.
 * @param id of an endpoint that is changed: what is not entered stays
 * @throws DomainError `not-found`, `invalid-input` with the field, `network-too-wide`, `address-not-allowed`
 */
async function mayBeReached ({ db, resolve }: EndpointsOptions, entered: Partial<Peer>, id: string | null = null): Promise<void> {
  const peer = id === null ? null : await peerOf(db, id)
  const { url = '', allowNetworks = [] } = { ...peer, ...entered }
  if (peerUrl(url) === null) throw unfit('url', 'http or https, without a login')
  if (!allowNetworks.every(isNetwork)) throw unfit('allowNetworks', 'IP addresses or networks, such as 10.8.0.0/16')
  if (allowNetworks.some(isTooWide)) throw new DomainError('network-too-wide', 'a /8 at most', { field: 'allowNetworks' })
  const addresses = await resolve(hostOf(url), AbortSignal.timeout(3000)).catch(() => null)
  if (addresses === null || addresses.some(address => mayReach(address, allowNetworks))) return
  throw new DomainError('address-not-allowed', 'this is a private address, and the list names no network with it', { field: 'url' })
}

/** @returns the secret, this once. @throws DomainError `not-found` */
async function add (
  { sealing, clock, changed }: EndpointsOptions, tx: Tx, actor: Actor, interfaceId: string, { url, kinds, allowNetworks }: EndpointFields
): Promise<{ id: string, secret: string }> {
  if (!await lockInterface(tx, interfaceId)) throw new DomainError('not-found', 'there is no such interface')
  const [id, secret] = [newId(), freshSecret()]
  const secretsSealed = sealSecrets(sealing, [{ secret, until: null }])
  insertEndpoint(tx, { id, interfaceId, url: peerUrl(url) ?? url, kinds, allowNetworks, secretsSealed }, actor.id, clock.now())
  tx.afterCommit(changed)
  return { id, secret }
}

export type EndpointChange = Partial<EndpointFields> & { on?: boolean, version: number }

/** Switched on again it sends what waits. @throws DomainError `not-found`, `version-conflict` */
async function change (
  { changed }: EndpointsOptions, tx: Tx, actor: Actor, id: string, { on, version, ...input }: EndpointChange
): Promise<{ id: string }> {
  const row = await load(tx, id)
  if (row.version !== version) {
    throw new DomainError('version-conflict', 'somebody else has changed this endpoint since', { version: row.version })
  }
  const next = { ...row, ...input, url: peerUrl(input.url ?? row.url) ?? row.url }
  const state = on === false ? 'off' : on === true && row.state === 'off' ? 'on' : row.state
  updateEndpoint(tx, id, { ...next, state }, actor.id)
  tx.afterCommit(changed)
  return { id }
}

/** From now on two sign, for a day. @returns the new secret, this once. @throws DomainError `not-found` */
async function newSecret ({ sealing, clock }: EndpointsOptions, tx: Tx, actor: Actor, id: string): Promise<{ secret: string }> {
  const { secretsSealed } = await load(tx, id)
  const secret = freshSecret()
  saveSecrets(tx, id, sealSecrets(sealing, rotated(openSecrets(sealing, secretsSealed), secret, clock.now())), actor.id)
  return { secret }
}

async function load (tx: Tx, id: string): Promise<EndpointRow & { secretsSealed: Buffer }> {
  const row = await lockEndpoint(tx, id)
  if (!row) throw new DomainError('not-found', 'there is no such endpoint')
  return row
}
